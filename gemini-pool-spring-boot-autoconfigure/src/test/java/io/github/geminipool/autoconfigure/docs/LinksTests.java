package io.github.geminipool.autoconfigure.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The links in the repository's Markdown lead somewhere. */
class LinksTests {

    @Test
    void relativeLinksAndAnchorsExist() {
        List<MarkdownPage> pages = MarkdownPage.all();

        assertThat(pages).hasSizeGreaterThan(20);
        assertThat(pages.stream().flatMap(LinksTests::broken)).isEmpty();
    }

    /** Returns the links of a page that lead nowhere. Nobody is asked over the network. */
    private static Stream<String> broken(MarkdownPage page) {
        List<String> broken = new ArrayList<>();
        for (String link : page.links()) {
            if (!link.matches("[a-z]+:.*") && !leadsSomewhere(page, link)) {
                broken.add(page.name() + ": " + link);
            }
        }
        return broken.stream();
    }

    private static boolean leadsSomewhere(MarkdownPage page, String link) {
        String[] parts = URLDecoder.decode(link.replace("+", "%2B"), StandardCharsets.UTF_8)
                .split("#", 2);
        if (parts[0].isEmpty()) {
            return page.anchors().contains(parts[1]);
        }
        Path target = page.path().resolveSibling(parts[0]).normalize();
        if (!target.startsWith(MarkdownPage.ROOT) || !Files.exists(target)) {
            return false;
        }
        return parts.length == 1 || MarkdownPage.of(target).anchors().contains(parts[1]);
    }

    @Test
    void aBrokenLinkIsNoticed() {
        MarkdownPage page = new MarkdownPage(MarkdownPage.ROOT.resolve("docs/page.md"), """
                # A page, and `code`

                [fine](faq.md), [here](#a-page-and-code), [twice](#again-1), [elsewhere](https://example.com),
                `[code](nowhere.md)`, [gone](gone.md), [moved](faq.md#moved), [lost](#lost), [out](../../out.md)

                ## Again

                ```
                [code](nowhere.md)
                ## No heading
                ```

                ## Again
                """);

        assertThat(broken(page))
                .containsExactly(
                        "docs/page.md: gone.md",
                        "docs/page.md: faq.md#moved",
                        "docs/page.md: #lost",
                        "docs/page.md: ../../out.md");
        assertThat(page.anchors()).containsExactlyInAnyOrder("a-page-and-code", "again", "again-1");
    }
}
