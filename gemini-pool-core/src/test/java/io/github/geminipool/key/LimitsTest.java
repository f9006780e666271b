package io.github.geminipool.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.settings.ModelSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void limitsAreAtLeastOne(int limit) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.NONE.withRequestsPerMinute(limit))
                .withMessageContaining("at least 1 request a minute");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.NONE.withTokensPerMinute(limit))
                .withMessageContaining("at least 1 token a minute");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.NONE.withRequestsPerDay(limit))
                .withMessageContaining("at least 1 request a day");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.5, 1.01, Double.NaN})
    void sharesAreParts(double share) {
        assertThatIllegalArgumentException().isThrownBy(() -> Limits.NONE.withShare(share));
    }

    @Test
    void eachValueIsTakenFromWhereItIsSaidNearest() {
        Limits own = Limits.NONE.withRequestsPerMinute(1);
        Limits further = new Limits(2, 5, 3, null);
        assertThat(own.or(further).or(Limits.NONE.withShare(0.5))).isEqualTo(new Limits(1, 5, 3, 0.5));
    }

    @Test
    void aProjectForAModelGoesBeforeTheProjectThatBeforeTheModelAndThatBeforeAll() {
        GeminiPoolSettings settings = GeminiPoolSettings.DEFAULTS
                .withLimits(new Limits(1, 7, 1, 0.1))
                .withModels(Map.of("m", ModelSettings.DEFAULTS.withLimits(new Limits(2, 8, 2, null))));
        Project project = Project.of("p")
                .withLimits(new Limits(3, null, null, null))
                .withModelLimits(Map.of("m", new Limits(4, null, null, null)));
        assertThat(settings.limitsOf(project, "m")).isEqualTo(new Limits(4, 8, 2, 0.1));
        assertThat(settings.limitsOf(project, "n")).isEqualTo(new Limits(3, 7, 1, 0.1));
        assertThat(settings.limitsOf(Project.of("q"), "m")).isEqualTo(new Limits(2, 8, 2, 0.1));
        assertThat(settings.limitsOf(Project.of("q"), "n")).isEqualTo(new Limits(1, 7, 1, 0.1));
        assertThat(GeminiPoolSettings.DEFAULTS.limitsOf(project, "n").share()).isEqualTo(1);
    }
}
