package io.github.geminipool.autoconfigure.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Markdown file of the repository, as GitHub shows it.
 *
 * @param path where it is
 * @param text its text
 */
record MarkdownPage(Path path, String text) {

    /** The root of the repository, seen from this module. */
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** Folders of builds and tools. */
    private static final Set<String> SKIPPED = Set.of("target", "node_modules");

    private static final Path TEST_DATA = Path.of("src", "test", "resources");

    private static final Pattern FENCE = Pattern.compile("(?ms)^( *)(```+)(\\w*)[^\n]*\n(.*?)^\\1\\2 *$");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.*?) *#*$");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^()\\s]+(?:\\([^()\\s]*\\)[^()\\s]*)*)\\)");
    private static final Pattern ANCHOR = Pattern.compile("<a (?:id|name)=\"([^\"]+)\"");

    static MarkdownPage of(Path path) {
        try {
            return new MarkdownPage(path, Files.readString(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static MarkdownPage of(String name) {
        return of(ROOT.resolve(name));
    }

    /** Returns all pages of the repository. */
    static List<MarkdownPage> all() {
        return files(".md").stream().map(MarkdownPage::of).toList();
    }

    /** Returns the files of the repository with such an ending that are neither built nor hidden. */
    static List<Path> files(String ending) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    String name = String.valueOf(folder.getFileName());
                    boolean skipped = SKIPPED.contains(name)
                            || folder.endsWith(TEST_DATA)
                            || (name.startsWith(".") && !folder.equals(ROOT));
                    return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (file.toString().endsWith(ending)) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found.stream().sorted().toList();
    }

    /** Returns a name for messages. */
    String name() {
        return ROOT.relativize(path.toAbsolutePath().normalize()).toString();
    }

    /** Returns the text without blocks of code. */
    private String prose() {
        return FENCE.matcher(text).replaceAll("");
    }

    /** Returns the blocks of code in a language. */
    List<String> blocks(String language) {
        return FENCE.matcher(text)
                .results()
                .filter(block -> block.group(3).equals(language))
                .map(block -> block.group(4).stripIndent())
                .toList();
    }

    /** Returns a section of level 2 with its heading, up to the next one. */
    String section(String title) {
        Matcher section = Pattern.compile("(?ms)^## " + Pattern.quote(title) + "\n.*?(?=^## |\\z)")
                .matcher(text);
        if (!section.find()) {
            throw new AssertionError(name() + " has no section " + title);
        }
        return section.group();
    }

    /** Returns the tables below a comment {@code <!-- figures… -->}. */
    String figures() {
        StringBuilder tables = new StringBuilder();
        Matcher found =
                Pattern.compile("(?m)^<!-- figures.*-->\n\n((?:\\|.*\n)+)").matcher(text);
        while (found.find()) {
            tables.append(found.group(1)).append('\n');
        }
        return tables.toString();
    }

    /** Returns the targets of links and pictures, without those in code. */
    List<String> links() {
        return LINK.matcher(prose().replaceAll("`[^`\n]*`", "``"))
                .results()
                .map(link -> link.group(1))
                .toList();
    }

    /** Returns the anchors, as GitHub makes them from headings. */
    Set<String> anchors() {
        Set<String> anchors = new HashSet<>();
        Map<String, Integer> times = new HashMap<>();
        for (MatchResult heading : HEADING.matcher(prose()).results().toList()) {
            String anchor = anchor(heading.group(1));
            int before = times.merge(anchor, 1, Integer::sum) - 1;
            anchors.add(before == 0 ? anchor : anchor + "-" + before);
        }
        ANCHOR.matcher(prose()).results().forEach(found -> anchors.add(found.group(1)));
        return anchors;
    }

    private static String anchor(String heading) {
        return heading.replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{M}\\p{N}\\p{Pc} -]", "")
                .replace(' ', '-');
    }
}
