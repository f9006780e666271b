package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.failure.Scope;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** No behaviour depends on the wording of a message: with all messages replaced, the pool behaves the same. */
@Timeout(120)
class ProseTest {

    private static final String POOL = "io.github.geminipool.";

    private static final Logger limits = LoggerFactory.getLogger("io.github.geminipool.limits");

    /** What Google's errors say, by which they are recognized; the pool's own messages begin with a capital letter. */
    private static final Set<String> GOOGLES = Set.of(
            // ErrorClassifier
            "automated queries",
            "unusual traffic",
            "reported as leaked",
            "has not been used in project",
            "denied access",
            "has been suspended",
            "location is not supported",
            "not available in your country",
            "not available in your region",
            "your client does not have permission to get url",
            "api key not valid",
            "api key expired",
            "api key not found",
            "api key is invalid",
            "to new users",
            "to new projects",
            "to new customers",
            "access the file",
            "cached content",
            "tuned model",
            "previous interaction",
            "interaction not found",
            "completed interaction",
            "multiple authentication credentials",
            "cannot find field",
            "api version ",
            "current quota",
            "exceeded your quota",
            "exceeded the quota",
            "over quota",
            // QuotaErrors
            "spend based",
            "spending cap",
            "spend cap",
            "spending limit",
            "spend limit",
            "tier cap",
            "account cap",
            "billing account",
            "all projects",
            "credits are depleted",
            "credit is depleted",
            "prepayment credit",
            "prepay credit",
            "limit: 0,",
            "limit: 0\n",
            "limit: 0 ",
            "limit: 0;",
            "quota exceeded",
            "exceeded your current quota",
            // QuotaViolation
            "per model",
            "per minute",
            "per day",
            // ProtobufDuration and StatusName
            "retry in ",
            "code = ");

    @BeforeAll
    static void quiet() {
        ((ch.qos.logback.classic.Logger) limits).setLevel(ch.qos.logback.classic.Level.ERROR);
    }

    @AfterAll
    static void loud() {
        ((ch.qos.logback.classic.Logger) limits).setLevel(null);
    }

    /** The pool itself, and the simulation except for its callers: how their calls end is a part of the log in words. */
    private static boolean isRewritten(String name) {
        String file = name.replace('.', '/') + ".class";
        ClassLoader classes = ProseTest.class.getClassLoader();
        String ofPool =
                String.valueOf(classes.getResource(GeminiPool.class.getName().replace('.', '/') + ".class"));
        String root = ofPool.substring(0, ofPool.length() - (GeminiPool.class.getName() + ".class").length());
        String simple = name.substring(name.lastIndexOf('.') + 1);
        boolean simulates = name.startsWith(ProseTest.class.getPackageName() + ".")
                && (simple.startsWith("Chaos") || simple.startsWith("SimulatedGemini") || simple.startsWith("Trouble"));
        // The simulation's log names scopes in words.
        boolean isScope = name.startsWith(Scope.class.getName());
        // All its words are Google's.
        boolean isGoogles = simple.equals("QuotaText") || simple.equals("BillingText");
        return simulates
                || (!isScope
                        && !isGoogles
                        && String.valueOf(classes.getResource(file)).startsWith(root));
    }

    private static ProseLoader withoutProse() {
        return new ProseLoader(POOL, ProseTest::isRewritten, GOOGLES);
    }

    private static List<?> behaviour(ClassLoader loader, String name) throws ReflectiveOperationException {
        Supplier<?> subject = Class.forName(name, true, loader)
                .asSubclass(Supplier.class)
                .getDeclaredConstructor()
                .newInstance();
        return (List<?>) subject.get();
    }

    private static void assertSameBehaviour(String subject, int atLeast) throws ReflectiveOperationException {
        ProseLoader loader = withoutProse();
        List<?> expected = behaviour(ProseTest.class.getClassLoader(), subject);
        assertThat(expected).as("what was seen").hasSizeGreaterThanOrEqualTo(atLeast);
        assertThat(behaviour(loader, subject)).isEqualTo(expected);
        assertThat(loader.replaced()).as("messages replaced").hasSizeGreaterThan(10);
    }

    @Test
    void theSimulationHasTheSameEventsWithoutProse() throws ReflectiveOperationException {
        assertSameBehaviour(POOL + "internal.pool.ProseOfChaos", 30);
    }

    @Test
    void errorsAreJudgedAlikeWithoutProse() throws ReflectiveOperationException {
        assertSameBehaviour(POOL + "internal.wire.ProseOfErrors", 40);
    }

    @Test
    void aDecisionByAMessageIsFound() throws ReflectiveOperationException {
        String example = ByItsWords.class.getName();
        ProseLoader loader = new ProseLoader(example, name -> true, GOOGLES);
        assertThat(behaviour(ProseTest.class.getClassLoader(), example)).isEqualTo(List.of("score", "billing account"));
        assertThat(behaviour(loader, example)).isEqualTo(List.of("none", "billing account"));
        assertThat(loader.replaced()).containsExactlyInAnyOrder("its score", "its score is \u0001 of \u0001");
    }

    /** An example of what must not be: it decides by a message. Words of Google's are kept. */
    public static final class ByItsWords implements Supplier<List<String>> {

        private static String reason(int score, int best) {
            return "its score is " + score + " of " + best;
        }

        @Override
        public List<String> get() {
            boolean isScore = reason(3, 4).startsWith("its score");
            return List.of(isScore ? "score" : "none", "billing account");
        }
    }
}
