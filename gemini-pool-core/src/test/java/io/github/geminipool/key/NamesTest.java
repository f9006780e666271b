package io.github.geminipool.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

    private static final String SECRET = "AIzaSyB7-q2Kd9wXvTz";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\nb",
                "a\r",
                "\tb",
                "a\u0000",
                "\u001b[31m",
                "a\u007f",
                "a\u0085b",
                "a\u2028b",
                "\u202eb",
                "a\u200b",
                "\ufeff",
                "\ud800"
            })
    void haveNoCharactersThatAreNotSeen(String name) {
        ApiKey key = ApiKey.of(SECRET);
        for (Runnable use : List.<Runnable>of(
                () -> key.named(name),
                () -> key.inProject(name),
                () -> Project.of(name),
                () -> new Project("p", name, 0, 1))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(use::run)
                    .withMessageContaining("control character")
                    .withMessageMatching("[ -~]+");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Key #1", "größe 大", "a-b_c.d/e:f", "\ud83d\ude00", "'\"\\{}"})
    void mayHaveAllOthers(String name) {
        assertThat(ApiKey.of(SECRET).named(name).inProject(name).name()).isEqualTo(name);
        assertThat(Project.of(name).name()).isEqualTo(name);
    }

    @Test
    void doNotContainTheSecret() {
        ApiKey key = ApiKey.of(SECRET);
        for (Runnable use : List.<Runnable>of(() -> key.named("my " + SECRET), () -> key.inProject(SECRET))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(use::run)
                    .withMessageContaining("must not contain its secret")
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain(SECRET));
        }
        assertThat(ApiKey.of("k1").named("k1").name()).isEqualTo("k1");
    }
}
