package io.github.geminipool.autoconfigure.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.autoconfigure.GeminiPoolProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

/** The guide in Traditional Chinese shows only code that other tests run, and is written as people in Taiwan write. */
class ChineseGuideTests {

    private static final Path PAGES = MarkdownPage.ROOT.resolve("docs/zh-TW");
    private static final Path SAMPLES = MarkdownPage.ROOT.resolve("samples");

    private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`[^`\n]*`|\\]\\([^)\n]*\\)|<https?:[^>]*>");

    /** Terms of mainland China, and others for which the guide has one of its own. */
    private static final Pattern FOREIGN = Pattern.compile("密鑰|密钥|線程|線程池|代碼|異步|配置|默認|接口|實現|調用|返回|異常|"
            + "數據|信息|網絡|服務器|軟件|程序|文檔|緩存|內存|字符|函數庫|變量|加載|創建|支持|用戶(?!端)|超時|打印|屏幕|"
            + "視頻|質量|優化|負載均衡|批量|構建|通過|配額|注釋|隊列|並發|重啟|賬|夏令時|提示(?!詞)");

    private static final Pattern HALF_WIDTH = Pattern.compile("[\\p{IsHan}」）][,;:?!(]|[,;:?!)] ?\\p{IsHan}");

    private static List<MarkdownPage> chinese() {
        return MarkdownPage.all().stream()
                .filter(page -> page.path().startsWith(PAGES))
                .toList();
    }

    private static List<MarkdownPage> english() {
        return MarkdownPage.all().stream()
                .filter(page -> !page.path().startsWith(PAGES))
                .toList();
    }

    private static List<String> blocks(List<MarkdownPage> pages, String language) {
        return pages.stream().flatMap(page -> page.blocks(language).stream()).toList();
    }

    private static Stream<MarkdownPage> chineseWithTheBotsTexts() {
        return Stream.concat(
                chinese().stream(),
                Stream.of(MarkdownPage.of("samples/discord-bot/src/main/resources/messages_zh_TW.properties")));
    }

    /** Comments, which are translated, and indentation do not count. */
    private static String bare(String java) {
        return java.lines()
                .map(line -> line.replaceFirst("(^|\\s+)// .*$", "").strip())
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining("\n", "\n", "\n"));
    }

    /** The blocks of English pages are those of their own tests; the bot has tests too. */
    @Test
    void javaIsThatOfTheEnglishPagesOrOfTheBot() {
        List<String> tested = Stream.concat(
                        blocks(english(), "java").stream(),
                        MarkdownPage.files(".java").stream()
                                .filter(file -> file.startsWith(SAMPLES.resolve("discord-bot/src/main")))
                                .map(file -> MarkdownPage.of(file).text()))
                .map(ChineseGuideTests::bare)
                .toList();
        assertThat(blocks(chinese(), "java"))
                .hasSizeGreaterThan(15)
                .allSatisfy(block -> assertThat(tested).as(block).anyMatch(source -> source.contains(bare(block))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bash", "xml"})
    void commandsAndDependenciesAreThoseOfTheEnglishPages(String language) {
        assertThat(blocks(chinese(), language)).isNotEmpty().isSubsetOf(blocks(english(), language));
    }

    @Test
    void configurationOfThePoolIsValid() throws IOException {
        int pools = 0;
        for (String block : blocks(chinese(), "yaml")) {
            Map<String, Object> values = properties(block);
            if (values.keySet().stream().allMatch(name -> name.startsWith("gemini.pool."))) {
                pools++;
                assertThat(bind(values)).as(block).isNotNull();
            }
        }
        assertThat(pools).isEqualTo(2);
    }

    private static GeminiPoolProperties bind(Map<String, Object> values) {
        MutablePropertySources sources = new MutablePropertySources();
        sources.addLast(new MapPropertySource("block", values));
        sources.addLast(new MapPropertySource(
                "environment", Map.of("SHOP_KEY_1", "a-first-key", "SHOP_KEY_2", "a-second-key", "RESERVE_KEY", "c")));
        return new Binder(ConfigurationPropertySources.from(sources), new PropertySourcesPlaceholdersResolver(sources))
                .bind(
                        "gemini.pool",
                        Bindable.of(GeminiPoolProperties.class),
                        new NoUnboundElementsBindHandler(BindHandler.DEFAULT))
                .get();
    }

    @Test
    void otherConfigurationIsThatOfTheEnglishPages() throws IOException {
        String english = english().stream().map(MarkdownPage::text).collect(Collectors.joining());
        for (String block : blocks(chinese(), "yaml")) {
            properties(block).forEach((name, value) -> {
                if (!name.startsWith("gemini.pool.")) {
                    assertThat(english).contains(name + "=" + value);
                }
            });
        }
    }

    private static Map<String, Object> properties(String yaml) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        for (PropertySource<?> source : new YamlPropertySourceLoader()
                .load("block", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))) {
            for (String name : ((EnumerablePropertySource<?>) source).getPropertyNames()) {
                values.put(name, source.getProperty(name));
            }
        }
        return values;
    }

    @Test
    void chaptersAreInTheOrderOfTheGuideThatPythonBotsHave() {
        assertThat(MarkdownPage.of(PAGES.resolve("guide.md")).text().lines().filter(line -> line.startsWith("## ")))
                .containsExactly(
                        "## 設計理念", "## 架構概述", "## 關鍵功能", "## 使用方法", "## API 金鑰輪換機制", "## 統計與監控", "## 常見問題", "## 進階應用");
    }

    @Test
    void termsAreThoseOfTaiwan() {
        assertThat(chinese()).hasSize(2);
        assertThat(chineseWithTheBotsTexts())
                .allSatisfy(page ->
                        assertThat(found(FOREIGN, page.text())).as(page.name()).isEmpty());
    }

    @Test
    void punctuationBesideChineseIsFullWidth() {
        assertThat(chineseWithTheBotsTexts())
                .allSatisfy(page -> assertThat(
                                found(HALF_WIDTH, CODE.matcher(page.text()).replaceAll("]")))
                        .as(page.name())
                        .isEmpty());
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(MatchResult::group).toList();
    }
}
