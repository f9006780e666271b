package io.github.geminipool.samples.discordbot;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminipool.samples.discordbot.fake.FakeDiscord;
import io.github.geminipool.samples.discordbot.fake.Interaction;
import io.github.geminipool.samples.discordbot.fake.Member;
import io.github.geminipool.samples.discordbot.fake.RestCall;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The users of the fake Discord: send a few commands, then those typed on the console. Prints what the bot sends to Discord. */
final class Demo {

    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final Duration SILENCE = Duration.ofMillis(300);
    private static final int MAX_LINE_LENGTH = 600;

    private static final Member ADA = new Member(4_000_000_000_000_000_001L, "Ada", "en-US", false);
    private static final Member MEI = new Member(4_000_000_000_000_000_002L, "小美", "zh-TW", false);
    private static final Member ROOT = new Member(4_000_000_000_000_000_003L, "Root", "en-US", true);
    private static final Member ROOT_IN_CHINESE = new Member(ROOT.id(), "Root", "zh-TW", true);

    private record Line(Member who, String typed) {}

    private static final List<Line> SCRIPT = List.of(
            new Line(MEI, "/ai藝術 霧中的燈塔"),
            new Line(ADA, "/chat My name is Ada."),
            new Line(ADA, "/chat What is my name? And @everyone, listen!"),
            new Line(ADA, "/ask Why is the sky blue?"),
            new Line(ADA, "/reset-pool"),
            new Line(ROOT, "/pool-stats"),
            new Line(ROOT, "/api-key-stats"),
            new Line(ROOT, "/reset-pool gemini-flash-latest"),
            new Line(ROOT, "/reset-api-stats"));

    private final FakeDiscord discord;
    private final PrintStream out;

    Demo(FakeDiscord discord, PrintStream out) {
        this.discord = discord;
        this.out = out;
    }

    /**
     * Plays the demo.
     *
     * @param typed lines from the console
     */
    void play(Stream<String> typed) throws InterruptedException {
        discord.onCall(this::print);
        for (Line line : SCRIPT) {
            send(line.who(), line.typed());
        }
        out.println("Your turn, as an administrator: type a command, such as /ask What is a quota? (Ctrl+D to quit)");
        for (String line : (Iterable<String>) typed.map(String::strip)::iterator) {
            if (!line.isEmpty()) {
                send(isChinese(line) ? ROOT_IN_CHINESE : ROOT, line);
            }
        }
    }

    private static boolean isChinese(String line) {
        return line.codePoints().anyMatch(Character::isIdeographic);
    }

    private void send(Member who, String line) throws InterruptedException {
        String[] words = line.replaceFirst("^/", "").split("\\s+", 2);
        JsonNode command = discord.command(words[0]);
        if (command.isMissingNode()) {
            out.println("Unknown command.");
            return;
        }
        out.println(who.name() + " (" + who.locale() + "): /" + words[0] + (words.length > 1 ? " " + words[1] : ""));
        Map<String, String> options = words.length > 1 ? option(command, words[1]) : Map.of();
        Interaction sent = discord.send(who, words[0], options);
        sent.awaitReply(Demo::isWhole, TIMEOUT);
        // A long answer takes several messages.
        sent.awaitQuiet(SILENCE);
        out.println();
    }

    private static boolean isWhole(JsonNode reply) {
        String content = reply.path("content").asText();
        return !reply.path("embeds").isEmpty() || (!content.isEmpty() && !content.endsWith("…"));
    }

    private static Map<String, String> option(JsonNode command, String value) {
        JsonNode first = command.at("/options/0/name");
        return first.isMissingNode() ? Map.of() : Map.of(first.asText(), value);
    }

    private void print(RestCall call) {
        if (call.path().startsWith("applications/")) {
            // The registration of the commands, which runs at the same time.
            return;
        }
        String path = call.path().replaceAll("token-of-\\d+", "{token}").replaceAll("\\d{15,}", "{id}");
        out.println("    " + call.method() + " /" + path + " → " + call.status());
        out.println("        " + LongText.beginning(call.body().toString(), MAX_LINE_LENGTH));
        call.files().forEach(file -> out.println("        with file " + file.name()));
    }
}
