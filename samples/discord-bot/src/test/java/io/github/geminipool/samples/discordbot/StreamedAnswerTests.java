package io.github.geminipool.samples.discordbot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.genai.errors.GenAiIOException;
import com.google.genai.types.Candidate;
import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.Part;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import net.dv8tion.jda.api.entities.Message;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.ResourceBundleMessageSource;

class StreamedAnswerTests {

    private final TestTime time = new TestTime();
    private final List<String> taken = new ArrayList<>();
    private final List<String> shown = new ArrayList<>();
    private CompletableFuture<Message> editResult = new CompletableFuture<>();
    private final StreamedAnswer answer =
            new StreamedAnswer(new PacedEdits(this::edit, time), words(), new Problems(time));

    private static Words words() {
        ResourceBundleMessageSource source = new ResourceBundleMessageSource();
        source.setBasename("messages");
        source.setDefaultEncoding("UTF-8");
        source.setFallbackToSystemLocale(false);
        return new Words(source, Locale.ENGLISH);
    }

    private CompletableFuture<Message> edit(String text) {
        shown.add(text);
        return editResult;
    }

    private static GenerateContentResponse chunk(String text) {
        return GenerateContentResponse.builder()
                .candidates(Candidate.builder()
                        .content(Content.fromParts(Part.fromText(text)))
                        .build())
                .build();
    }

    private String read(String... chunks) {
        return answer.read(() -> Stream.of(chunks)
                        .peek(taken::add)
                        .map(StreamedAnswerTests::chunk)
                        .iterator())
                .text();
    }

    @Test
    void isShownAsItStreamsAndCompleteAtTheEnd() {
        assertThat(read("Once", " upon", " a time.")).isEqualTo("Once upon a time.");
        assertThat(shown).containsExactly("Once …");
    }

    @Test
    void stopsWhenItCanNoLongerBeShown() {
        editResult = CompletableFuture.failedFuture(new IllegalStateException("Unknown Message"));
        assertThat(read("Once", " upon", " a time.")).isEqualTo("Once upon\n\n⚠️ The answer was cut off.");
        assertThat(taken).containsExactly("Once", " upon");
    }

    @Test
    void textBeforeAFailureIsKept() {
        assertThat(answer.read(() -> failingAfter(chunk("Once"))).text())
                .isEqualTo(
                        "Once\n\n⚠️ The answer was cut off. Gemini could not be reached, or its response was cut off."
                                + " Please try again.");
    }

    @Test
    void failureBeforeAnyTextIsThrown() {
        assertThatThrownBy(() -> answer.read(() -> failingAfter())).isInstanceOf(GenAiIOException.class);
    }

    private static Iterator<GenerateContentResponse> failingAfter(GenerateContentResponse... chunks) {
        Iterator<GenerateContentResponse> before = List.of(chunks).iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public GenerateContentResponse next() {
                if (before.hasNext()) {
                    return before.next();
                }
                throw new GenAiIOException("broken");
            }
        };
    }

    @Test
    void answerWithoutTextIsReported() {
        assertThat(read("", "")).isEqualTo("(The answer has no text.)");
        assertThat(shown).isEmpty();
    }
}
