package io.github.geminipool.internal.http;

import static io.github.geminipool.internal.http.CallFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.KeyPassedOver;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.key.Project;
import io.github.geminipool.key.Use;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.KeyChoice;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one project refuses without saying whom that concerns is asked once elsewhere. */
class CallContrastTest {

    private static final FailureCause DENIED = FailureCause.PERMISSION_DENIED;

    private CallFixture pool = CallFixture.ofKeys(2);

    @AfterEach
    void nothingIsLeft() {
        pool.assertNothingIsLeft();
    }

    private static Project project(int number, int tier, String account) {
        return new Project("p" + number, account, tier, 1);
    }

    private void isAnsweredBy(int calls) throws IOException {
        pool.time.advance(Duration.ofMillis(1));
        for (int i = 0; i < calls; i++) {
            pool.exchange.answers();
            assertThat(pool.call().code()).isEqualTo(200);
        }
    }

    private int attemptsOf(Request request, int status) throws IOException {
        int before = pool.exchange.attempts();
        assertThat(pool.call(request).code()).isEqualTo(status);
        return pool.exchange.attempts() - before;
    }

    private int attempts(int status) throws IOException {
        return attemptsOf(Responses.generate(MODEL), status);
    }

    private String keyOfAttempt(int fromEnd) {
        return pool.exchange.keys().get(pool.exchange.attempts() - fromEnd);
    }

    private static String projectOf(String key) {
        return key.replace('k', 'p');
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureCause.class,
            names = {"PERMISSION_DENIED", "MODEL_NOT_FOUND", "BILLING_REQUIRED"})
    void whoFailsWhatAnotherAnswersIsOutForTheUse(FailureCause cause) throws IOException {
        pool.options = CallOptions.NONE.withMaxAttempts(1);
        pool.exchange.refuses(cause, 403).answers();
        assertThat(attempts(200)).isEqualTo(2);
        assertThat(pool.time.passed()).isZero();
        String guilty = keyOfAttempt(2);
        String other = keyOfAttempt(1);
        assertThat(pool.events.events(ScopeExcluded.class)).singleElement().satisfies(event -> {
            assertThat(event.scope()).isEqualTo(new Scope.ProjectModel(projectOf(guilty), MODEL, Use.PLAIN));
            assertThat(event.failure().reason()).contains("'" + other + "' answered the same request");
        });
        int before = pool.exchange.attempts();
        isAnsweredBy(6);
        assertThat(pool.exchange.keys().subList(before, before + 6)).containsOnly(other);
    }

    @Test
    void afterItsPauseOneCallTriesItAndLongerPausesFollow() throws IOException {
        pool.exchange.refuses(DENIED, 403).answers();
        attempts(200);
        String guilty = keyOfAttempt(2);
        for (int pause : new int[] {30, 120, 480}) {
            pool.time.advance(Duration.ofSeconds(pause - 1));
            isAnsweredBy(2);
            assertThat(pool.exchange.keys().subList(pool.exchange.attempts() - 2, pool.exchange.attempts()))
                    .doesNotContain(guilty);
            pool.time.advance(Duration.ofSeconds(2));
            pool.exchange.refuses(DENIED, 403).answers();
            assertThat(attempts(200)).as("attempts after %s s", pause).isEqualTo(2);
            assertThat(keyOfAttempt(2)).isEqualTo(guilty);
        }
        pool.time.advance(Duration.ofHours(1));
        isAnsweredBy(4);
        assertThat(pool.exchange.keys().subList(pool.exchange.attempts() - 4, pool.exchange.attempts()))
                .as("healed")
                .contains(guilty);
    }

    @Test
    void whatIsAlikeElsewhereIsTheRequestsAndIsNotAskedAgainForAWhile() throws IOException {
        pool = CallFixture.ofKeys(3);
        isAnsweredBy(3);
        pool.exchange.refuses(DENIED, 403).refuses(DENIED, 403);
        assertThat(attempts(403)).as("asked once elsewhere").isEqualTo(2);
        for (int i = 0; i < 5; i++) {
            pool.exchange.refuses(DENIED, 403);
            assertThat(attempts(403)).isEqualTo(1);
        }
        assertThat(pool.events.events(ScopeExcluded.class)).isEmpty();
        pool.exchange.refuses(FailureCause.MODEL_NOT_FOUND, 404).refuses(FailureCause.MODEL_NOT_FOUND, 404);
        assertThat(attempts(404)).as("another question").isEqualTo(2);
        pool.time.advance(Duration.ofSeconds(31));
        isAnsweredBy(3);
        pool.exchange.refuses(DENIED, 403).refuses(DENIED, 403);
        assertThat(attempts(403)).as("after a while").isEqualTo(2);
    }

    @Test
    void whoHasNotAnsweredLatelyAcquitsNobody() throws IOException {
        pool = CallFixture.ofKeys(5);
        pool.exchange.refuses(DENIED, 403).refuses(DENIED, 403).refuses(DENIED, 403);
        assertThat(attempts(403)).as("asks one more").isEqualTo(3);
        pool.exchange.refuses(DENIED, 403).answers();
        assertThat(attempts(200)).as("begins at projects not asked yet").isEqualTo(2);
        assertThat(pool.exchange.keys()).doesNotHaveDuplicates();
    }

    @Test
    void itEndsWhenAllHaveFailedAlike() throws IOException {
        pool = CallFixture.ofKeys(4);
        pool.exchange.refuses(DENIED, 403).refuses(DENIED, 403).refuses(DENIED, 403);
        assertThat(attempts(403)).isEqualTo(3);
        pool.exchange.refuses(DENIED, 403);
        assertThat(attempts(403)).as("the last one").isEqualTo(1);
        assertThat(pool.exchange.keys()).doesNotHaveDuplicates();
        pool.exchange.refuses(DENIED, 403);
        assertThat(attempts(403)).as("settled").isEqualTo(1);
    }

    @Test
    void theProjectThatAnsweredLastIsAsked() throws IOException {
        pool = CallFixture.ofKeys(4);
        isAnsweredBy(4);
        pool.time.advance(Duration.ofSeconds(1));
        pool.options = CallOptions.NONE.withKeys(KeyChoice.ANY.withOnlyKeys(Set.of("k2")));
        isAnsweredBy(1);
        pool.options = CallOptions.NONE.withKeys(KeyChoice.ANY.withOnlyKeys(Set.of("k2", "k3", "k4")));
        // By turns, so that k2 comes last.
        pool.exchange.refuses(DENIED, 403).answers();
        assertThat(attempts(200)).isEqualTo(2);
        assertThat(keyOfAttempt(2)).isNotEqualTo("k2");
        assertThat(keyOfAttempt(1)).isEqualTo("k2");
    }

    @Test
    void anotherBillingAccountIsAskedWhereTheMessageSpeaksOfBilling() throws IOException {
        pool = CallFixture.with(setup -> {
            setup.keys = 4;
            setup.project = i -> project(i, i < 4 ? 0 : 1, i < 4 ? "free" : "paid");
        });
        isAnsweredBy(6);
        pool.exchange.refuses(FailureCause.BILLING_REQUIRED, 400).answers();
        assertThat(attempts(200)).isEqualTo(2);
        assertThat(keyOfAttempt(1)).isEqualTo("k4");
    }

    @Test
    void theSameTierIsAskedElsewhere() throws IOException {
        pool = CallFixture.with(setup -> {
            setup.keys = 4;
            setup.project = i -> project(i, i < 3 ? 0 : 1, "account-" + i);
        });
        pool.exchange.refuses(DENIED, 403).answers();
        assertThat(attempts(200)).isEqualTo(2);
        assertThat(keyOfAttempt(1)).isIn("k1", "k2");
    }

    @Test
    void itCostsWhatSuccessesHavePaidFor() throws IOException {
        for (int i = 0; i < 10; i++) {
            pool.exchange.refuses(FailureCause.MODEL_NOT_FOUND, 404).refuses(FailureCause.MODEL_NOT_FOUND, 404);
            assertThat(attemptsOf(Responses.generate("saved-" + i), 404)).isEqualTo(2);
        }
        pool.exchange.refuses(FailureCause.MODEL_NOT_FOUND, 404);
        assertThat(attemptsOf(Responses.generate("spent"), 404)).isEqualTo(1);
        isAnsweredBy(19);
        pool.exchange.refuses(FailureCause.MODEL_NOT_FOUND, 404);
        assertThat(attemptsOf(Responses.generate("too-early"), 404)).isEqualTo(1);
        isAnsweredBy(1);
        pool.exchange.refuses(FailureCause.MODEL_NOT_FOUND, 404).refuses(FailureCause.MODEL_NOT_FOUND, 404);
        assertThat(attemptsOf(Responses.generate("earned"), 404)).isEqualTo(2);
    }

    @Test
    void itKeepsToTheKeysThatTheCallMayUse() throws IOException {
        pool = CallFixture.ofKeys(3);
        List<KeyChoice> choices = List.of(
                KeyChoice.ANY.withOnlyKeys(Set.of("k1")),
                KeyChoice.ANY.withOnlyProjects(Set.of("p1")),
                KeyChoice.ANY.withNotKeys(Set.of("k2", "k3")),
                KeyChoice.ANY.withNotProjects(Set.of("p2", "p3")));
        for (KeyChoice choice : choices) {
            pool.options = CallOptions.NONE.withKeys(choice);
            pool.exchange.refuses(DENIED, 403);
            assertThat(attempts(403)).as(choice.toString()).isEqualTo(1);
        }
        assertThat(pool.exchange.keys()).containsOnly("k1");
    }

    @Test
    void itNeverWaitsForAKey() throws IOException {
        pool = CallFixture.with(setup -> setup.size = 1);
        pool.exchange.then((call, lease) -> {
            pool.exchange.refuses(DENIED, 403);
            ExchangeResult result = pool.exchange.next(call, lease);
            pool.holdInstance(Duration.ofSeconds(20));
            return result;
        });
        assertThat(attempts(403)).isEqualTo(1);
        assertThat(pool.time.passed()).isZero();
        pool.time.advance(Duration.ofSeconds(20));
    }

    @Test
    void aCallWhoseTimeIsUpAsksNobody() {
        pool.options = CallOptions.NONE.withDeadline(Duration.ofSeconds(5));
        pool.exchange.then((running, lease) -> {
            pool.time.advance(Duration.ofSeconds(6));
            pool.exchange.refuses(DENIED, 403);
            return pool.exchange.next(running, lease);
        });
        try {
            assertThat(pool.call().code()).isNotEqualTo(200);
        } catch (IOException e) {
            assertThat(e).hasMessage("Canceled");
        }
        assertThat(pool.exchange.attempts()).isEqualTo(1);
    }

    @Test
    void aCancelledCallAsksNobody() {
        FakeCall call = pool.begin(Responses.generate(MODEL));
        pool.exchange.then((running, lease) -> {
            call.cancel();
            pool.exchange.refuses(DENIED, 403);
            return pool.exchange.next(running, lease);
        });
        try {
            pool.run(call);
        } catch (IOException e) {
            assertThat(e).hasMessage("Canceled");
        }
        assertThat(pool.exchange.attempts()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cachedContents",
                "models/gemini-flash-latest:batchGenerateContent",
                "models/gemini-flash-latest:predict",
                "models/gemini-flash-latest:predictLongRunning",
                "interactions"
            })
    void whatMustNotBeDoneTwiceIsAskedNowhereElse(String path) throws IOException {
        pool.exchange.refuses(DENIED, 403);
        assertThat(attemptsOf(Responses.post(path, RequestBody.create("{}", Responses.JSON)), 403))
                .isEqualTo(1);
    }

    @Test
    void aBodyThatIsGoneIsAskedNowhereElse() throws IOException {
        pool.exchange.refuses(DENIED, 403);
        assertThat(attemptsOf(Responses.generate(MODEL, Responses.oneShot()), 403))
                .isEqualTo(1);
    }

    @Test
    void aRequestThatGoesOnWithAContinuationTokenIsAskedNowhereElse() throws IOException {
        isAnsweredBy(2);
        pool.exchange.refuses(DENIED, 403);
        String body = "{\"contents\": [], \"continuationToken\": \"YWJj\"}";
        assertThat(attemptsOf(Responses.generate(MODEL, RequestBody.create(body, Responses.JSON)), 403))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"cachedContent\": \"cachedContents/x\"}",
                "{\"contents\": [{\"parts\": [{\"fileData\": {\"fileUri\": \"http://gemini.test/v1beta/files/x\"}}]}]}"
            })
    void aRequestThatNamesAProjectsResourceIsAskedNowhereElse(String body) throws IOException {
        pool.exchange.refuses(DENIED, 403);
        assertThat(attemptsOf(Responses.generate(MODEL, RequestBody.create(body, Responses.JSON)), 403))
                .isEqualTo(1);
    }

    @Test
    void ofOneProjectAnotherKeyIsAsked() throws IOException {
        pool = CallFixture.with(setup -> setup.project = i -> Project.of("all"));
        pool.exchange.refuses(DENIED, 403).answers();
        assertThat(attempts(200)).isEqualTo(2);
        String guilty = keyOfAttempt(2);
        assertThat(pool.events.events(KeyPassedOver.class)).singleElement().satisfies(event -> {
            assertThat(event.key()).isEqualTo(guilty);
            assertThat(event.failures()).isEqualTo(1);
            assertThat(event.answeredBy()).isEqualTo(keyOfAttempt(1));
        });
        assertThat(pool.events.events(ScopeExcluded.class))
                .as("the project is not at fault")
                .isEmpty();
    }

    @Test
    void aUseThatIsRefusedSaysNothingOfAnother() throws IOException {
        Request grounded =
                Responses.generate(MODEL, RequestBody.create("{\"tools\": [{\"googleSearch\": {}}]}", Responses.JSON));
        isAnsweredBy(2);
        pool.exchange.refuses(DENIED, 403).answers();
        assertThat(attemptsOf(grounded, 200)).isEqualTo(2);
        String guilty = keyOfAttempt(2);
        pool.options = CallOptions.NONE.withKeys(KeyChoice.ANY.withOnlyKeys(Set.of(guilty)));
        isAnsweredBy(2);
        pool.options = CallOptions.NONE;
        for (int i = 0; i < 4; i++) {
            pool.exchange.answers();
            assertThat(attemptsOf(grounded, 200)).isEqualTo(1);
            assertThat(keyOfAttempt(1)).isNotEqualTo(guilty);
        }
    }
}
