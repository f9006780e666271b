package io.github.geminipool.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTest {

    private static final String VALUE = "AIzaSyD-the_secret";

    @Test
    void hasNoNameAndNoProjectUnlessToldSo() {
        ApiKey key = ApiKey.of(VALUE);

        assertThat(key.name()).isNull();
        assertThat(key.project()).isNull();
        assertThat(key.enabled()).isTrue();
        assertThat(key.secret().value()).isEqualTo(VALUE);
    }

    @Test
    void isImmutable() {
        ApiKey key = ApiKey.of(VALUE);

        ApiKey other = key.named("main").inProject("shop").disabled();

        assertThat(key).isEqualTo(ApiKey.of(VALUE));
        assertThat(other.name()).isEqualTo("main");
        assertThat(other.project()).isEqualTo("shop");
        assertThat(other.enabled()).isFalse();
        assertThat(other.secret()).isEqualTo(key.secret());
    }

    @Test
    void equalsByAllOfIt() {
        ApiKey key = ApiKey.of(VALUE).named("a").inProject("p");

        assertThat(key).isEqualTo(ApiKey.of(VALUE).named("a").inProject("p"));
        assertThat(key).hasSameHashCodeAs(ApiKey.of(VALUE).named("a").inProject("p"));
        assertThat(key)
                .isNotEqualTo(key.named("b"))
                .isNotEqualTo(key.inProject("q"))
                .isNotEqualTo(key.disabled())
                .isNotEqualTo(ApiKey.of("another").named("a").inProject("p"));
    }

    @Test
    void showsNoSecret() {
        ApiKey key = ApiKey.of(VALUE).named("main").inProject("shop");

        assertThat(key).hasToString("ApiKey[name=main, project=shop, enabled=true, secret=***]");
        assertThat(ApiKey.of(VALUE).toString()).doesNotContain(VALUE);
    }

    @Test
    void refusesBlankNames() {
        ApiKey key = ApiKey.of(VALUE);

        assertThatIllegalArgumentException().isThrownBy(() -> key.named(" ")).withMessageNotContaining(VALUE);
        assertThatIllegalArgumentException().isThrownBy(() -> key.inProject("")).withMessageNotContaining(VALUE);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void aProjectNeedsAWeight(double weight) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Project("p", "p", 0, weight))
                .withMessageContaining("'p'");
    }

    @Test
    void aProjectNeedsItsNames() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Project(" ", "b", 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Project("p", "", 0, 1));
        assertThat(Project.of("p")).isEqualTo(new Project("p", "p", 0, 1));
    }
}
