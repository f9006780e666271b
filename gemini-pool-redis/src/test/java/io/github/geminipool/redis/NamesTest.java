package io.github.geminipool.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.shared.FactKind;
import io.github.geminipool.shared.QuotaBucket;
import io.lettuce.core.cluster.SlotHash;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cluster refuses scripts whose keys are not on one node (CROSSSLOT): the keys of each have one hash tag. */
class NamesTest {

    @ParameterizedTest
    @CsvSource({"shop, gemini-flash", "a}b, m", "{, }", "a:b{c}, models/x%41", "ä, €"})
    void keysOfABucketHaveOneSlot(String project, String model) {
        String[] books = new Names("sh{o}p").books(new QuotaBucket(project, model));
        assertThat(books).hasSize(2);
        assertThat(SlotHash.getSlot(books[0])).isEqualTo(SlotHash.getSlot(books[1]));
    }

    @Test
    void factsAndMembersOfANamespaceHaveOneSlot() {
        Names names = new Names("sh}op");
        assertThat(Stream.concat(
                        Stream.of(names.news(), names.members()),
                        Arrays.stream(FactKind.values())
                                .flatMap(kind -> Stream.of(names.values(kind), names.ends(kind)))))
                .extracting(SlotHash::getSlot)
                .containsOnly(SlotHash.getSlot(names.news()));
    }

    @ParameterizedTest
    @CsvSource({"a:b{c}", "%41", "a%b", "''"})
    void whatIsEscapedCanBeRead(String text) {
        assertThat(Names.escape(text)).doesNotContain("{", "}", ":");
        assertThat(Names.unescape(Names.escape(text))).isEqualTo(text);
    }
}
