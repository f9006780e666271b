package io.github.geminipool.samples.discordbot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.samples.discordbot.fake.Member;
import io.github.geminipool.simulator.Quota;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** All keys are out of quota. */
class ExhaustionTests extends BotTest {

    private static final Pattern TIME = Pattern.compile("<t:(\\d+):T> \\(<t:\\1:R>\\)");

    @BeforeEach
    void exhaustQuota() {
        GEMINI.addQuota(Quota.requestsPerMinute(1));
        say(root, "chat", "message");
        say(root, "chat", "message");
    }

    private static String say(Member who, String command, String option) {
        return content(answered(send(who, command, Map.of(option, "Hello"))));
    }

    @Test
    void chatSaysWhenToTryAgain() {
        assertSaysWhenToTryAgain(say(ada, "chat", "message"), "⏳ All API keys are busy or out of quota.");
    }

    @Test
    void askSaysWhenToTryAgain() {
        assertSaysWhenToTryAgain(say(ada, "ask", "question"), "⏳ All API keys are busy or out of quota.");
    }

    @Test
    void aiArtSaysWhenToTryAgainInTheUsersLanguage() {
        assertSaysWhenToTryAgain(say(mei, "ai藝術", "topic"), "❌ 生成藝術描述失敗\n⏳ 所有 API 金鑰");
    }

    private void assertSaysWhenToTryAgain(String text, String beginning) {
        assertThat(text).startsWith(beginning);
        Matcher found = TIME.matcher(text);
        assertThat(found.find()).as(text).isTrue();
        assertThat(Instant.ofEpochSecond(Long.parseLong(found.group(1))))
                .isBetween(time.now().plusSeconds(1), time.now().plusSeconds(62));
    }
}
