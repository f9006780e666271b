package io.github.geminipool.samples.discordbot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LongTextTests {

    private static final int MAX_LENGTH = 100;
    private static final String[] PIECES = {"a", "bc ", "\n", "\n\n", "😀", "中", "```\n", "```java\n", " ", "`", "word "
    };

    private static List<String> parts(String text) {
        List<String> parts = LongText.parts(text, MAX_LENGTH);
        assertThat(parts).allSatisfy(part -> {
            assertThat(part).hasSizeLessThanOrEqualTo(MAX_LENGTH).isNotBlank();
            assertWholeCharacters(part);
        });
        return parts;
    }

    private static void assertWholeCharacters(String part) {
        assertThat(part.codePoints().filter(character -> character >= 0xD800 && character <= 0xDFFF))
                .as(part)
                .isEmpty();
    }

    @Test
    void shortTextIsOnePart() {
        assertThat(parts("x".repeat(MAX_LENGTH))).containsExactly("x".repeat(MAX_LENGTH));
        assertThat(parts("")).isEmpty();
    }

    @Test
    void cutsBetweenParagraphsThenLinesThenWords() {
        String paragraph = "a line of words\n".repeat(4).strip();
        assertThat(parts(paragraph + "\n\n" + paragraph)).containsExactly(paragraph, paragraph);
        assertThat(parts("a line of words\n".repeat(8)))
                .allSatisfy(part -> assertThat(part).startsWith("a line").endsWith("words"));
        assertThat(parts("words ".repeat(40)))
                .allSatisfy(part -> assertThat(part).startsWith("words").endsWith("words"));
    }

    @Test
    void doesNotSplitCharacters() {
        assertThat(String.join("", parts("😀".repeat(150)))).isEqualTo("😀".repeat(150));
        assertThat(String.join("", parts("x" + "😀".repeat(150)))).isEqualTo("x" + "😀".repeat(150));
        assertWholeCharacters(LongText.beginning("😀".repeat(60), MAX_LENGTH));
        assertWholeCharacters(LongText.beginning("x" + "😀".repeat(60), MAX_LENGTH));
    }

    @Test
    void codeBlockContinuesWithItsLanguage() {
        List<String> parts = parts("Like so:\n```java\n" + "    call();\n".repeat(15) + "```\nThat is all.");
        assertThat(parts).hasSizeGreaterThan(1);
        assertThat(parts.get(0)).startsWith("Like so:\n```java\n    call();").endsWith("call();\n```");
        assertThat(parts.get(1)).startsWith("```java\n    call();\n");
        assertThat(parts.get(parts.size() - 1)).endsWith("```\nThat is all.");
    }

    @Test
    void inlineCodeIsNotAnOpenBlock() {
        assertThat(parts("```a``` " + "words ".repeat(30))).noneMatch(part -> part.endsWith("```"));
    }

    @Test
    void textAfterAFenceIsNotAlwaysALanguage() {
        String text = "```" + "y".repeat(300);
        assertThat(parts(text)).allSatisfy(part -> assertThat(part).startsWith("```"));
    }

    @Test
    void shortenedTextEndsWithAnEllipsisAndAClosedCodeBlock() {
        assertThat(LongText.beginning("short", MAX_LENGTH)).isEqualTo("short");
        assertThat(LongText.beginning("words ".repeat(40), MAX_LENGTH))
                .endsWith("words …")
                .hasSizeLessThanOrEqualTo(MAX_LENGTH);
        assertThat(LongText.beginning("```\n" + "call();\n".repeat(40), MAX_LENGTH))
                .endsWith("call(); …\n```")
                .hasSizeLessThanOrEqualTo(MAX_LENGTH);
    }

    /** With random texts. */
    @Test
    void nothingIsLost() {
        for (int seed = 0; seed < 500; seed++) {
            String text = randomText(new Random(seed));
            assertThat(letters(String.join("", parts(text)))).as("seed " + seed).isEqualTo(letters(text));
        }
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(400); i >= 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    /** Removes fences and whitespace, which splitting may change. */
    private static String letters(String text) {
        return text.replaceAll("[\\s`]|java", "");
    }
}
