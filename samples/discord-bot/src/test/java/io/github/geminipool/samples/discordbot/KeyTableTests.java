package io.github.geminipool.samples.discordbot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.stats.AttemptStats;
import io.github.geminipool.stats.KeyStats;
import io.github.geminipool.stats.KeyUsage;
import io.github.geminipool.stats.LatencyStats;
import io.github.geminipool.stats.ModelExclusion;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import net.dv8tion.jda.api.entities.MessageEmbed;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.ResourceBundleMessageSource;

class KeyTableTests {

    private static final Instant UNTIL = Instant.parse("2026-11-25T12:00:00.5Z");

    private static KeyUsage key(String name, String reason, List<ModelExclusion> exclusions) {
        return new KeyUsage(
                name,
                "project",
                reason.isEmpty() ? KeyUsage.State.HEALTHY : KeyUsage.State.QUARANTINED,
                UNTIL,
                reason.isEmpty(),
                null,
                null,
                reason.isEmpty() ? null : reason,
                exclusions,
                0,
                new AttemptStats(12, Map.of(), Map.of(), latency(), TokenUsage.NONE),
                1,
                0.25);
    }

    private static LatencyStats latency() {
        Duration each = Duration.ofMillis(340);
        return new LatencyStats(each, each, each, each, each);
    }

    private static String table(Locale locale, List<KeyUsage> keys) {
        ResourceBundleMessageSource source = new ResourceBundleMessageSource();
        source.setBasename("messages");
        source.setDefaultEncoding("UTF-8");
        source.setFallbackToSystemLocale(false);
        return new KeyTable(new Words(source, locale)).of(new KeyStats(keys, List.of(), List.of()));
    }

    @Test
    void columnsAreAlignedAndFollowedByReasons() {
        assertThat(table(
                        Locale.ENGLISH,
                        List.of(
                                key("shop", "", List.of()),
                                key("a-key-with-a-long-name", "reported as leaked", List.of()),
                                key("spare", "", List.of(new ModelExclusion("gemini-x", UNTIL, "quota used up"))))))
                .isEqualTo("""
                        ```
                        Key                Req.  Fail.  Errors  Mean    State
                        shop               12    0      25 %    340 ms  usable
                        a-key-with-a-lon…  12    0      25 %    340 ms  quarantined
                        spare              12    0      25 %    340 ms  excluded
                        ```
                        **a-key-with-a-long-name**: reported as leaked
                        **spare – gemini-x**: quota used up → <t:1795608001:T> (<t:1795608001:R>)""");
    }

    /** A Chinese character is two columns wide. */
    @Test
    void columnsAreAlignedInChinese() {
        assertThat(table(Locale.TAIWAN, List.of(key("商店", "", List.of()), key("shop", "", List.of()))))
                .isEqualTo("""
                        ```
                        金鑰  請求  失敗  錯誤率  平均    狀態
                        商店  12    0     25 %    340 ms  可用
                        shop  12    0     25 %    340 ms  可用
                        ```""");
    }

    @Test
    void manyKeysWithLongReasonsFitInAnEmbed() {
        List<KeyUsage> keys = IntStream.range(0, 1_000)
                .mapToObj(i -> key("名".repeat(80) + i, "why ".repeat(200), List.of()))
                .toList();
        assertThat(table(Locale.ENGLISH, keys))
                .hasSizeLessThanOrEqualTo(MessageEmbed.DESCRIPTION_MAX_LENGTH)
                .contains("… and 975 more");
    }

    @Test
    void nameCannotEndTheCodeBlock() {
        assertThat(table(Locale.ENGLISH, List.of(key("a```b\nc", "", List.of()))))
                .contains("a'''b c");
    }
}
