package io.github.geminipool.samples.discordbot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import net.dv8tion.jda.api.entities.Message;
import org.junit.jupiter.api.Test;

class PacedEditsTests {

    private final TestTime time = new TestTime();
    private final List<String> shown = new ArrayList<>();
    private final List<CompletableFuture<Message>> answers = new ArrayList<>();
    private final PacedEdits edits = new PacedEdits(this::edit, time);

    private CompletableFuture<Message> edit(String text) {
        shown.add(text);
        CompletableFuture<Message> answer = new CompletableFuture<>();
        answers.add(answer);
        return answer;
    }

    private void discordAnswers() {
        answers.get(answers.size() - 1).complete(null);
    }

    @Test
    void firstIsShownAtOnceAndTheNextAfterTheInterval() {
        edits.show("a");
        discordAnswers();
        edits.show("ab");
        time.advance(PacedEdits.INTERVAL.minusNanos(1));
        edits.show("abc");
        assertThat(shown).containsExactly("a");
        time.advance(Duration.ofNanos(1));
        edits.show("abcd");
        assertThat(shown).containsExactly("a", "abcd");
    }

    @Test
    void noEditIsSentWhileAnotherIsInFlight() {
        edits.show("a");
        time.advance(PacedEdits.INTERVAL.multipliedBy(5));
        edits.show("ab");
        assertThat(shown).containsExactly("a");
        discordAnswers();
        edits.show("abc");
        assertThat(shown).containsExactly("a", "abc");
    }

    @Test
    void stopsWhenDiscordRejectsAnEdit() {
        assertThat(edits.show("a")).isTrue();
        answers.get(0).completeExceptionally(new IllegalStateException("rejected"));
        assertThat(edits.show("ab")).isFalse();
        assertThat(shown).containsExactly("a");
    }

    @Test
    void isSettledWhenTheLastEditSucceedsOrFails() {
        assertThat(edits.settled()).isDone();
        edits.show("a");
        assertThat(edits.settled()).isNotDone();
        answers.get(0).completeExceptionally(new IllegalStateException("rejected"));
        assertThat(edits.settled()).isCompleted();
    }
}
