package io.github.geminipool;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import io.github.geminipool.key.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** Rules for the structure of the core. */
@AnalyzeClasses(
        packages = "io.github.geminipool",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.DoNotIncludeSimulator.class})
class ArchitectureTest {

    private static final String ROOT = "io.github.geminipool";

    static final class DoNotIncludeSimulator implements ImportOption {

        @Override
        public boolean includes(Location location) {
            return !location.contains("geminipool/simulator/");
        }
    }

    /** From the top down; a package may import those below it only. */
    private static final List<String> LAYERS = List.of(
            "",
            ".internal.assembly",
            ".internal.keys",
            ".internal.http",
            ".internal.report",
            ".internal.call",
            ".internal.connection",
            ".internal.request",
            ".internal.continuation",
            ".internal.answer",
            ".internal.pool",
            ".internal.outcome",
            ".internal.order",
            ".internal.instance",
            ".internal.choice",
            ".internal.turn",
            ".internal.allowance",
            ".internal.retry",
            ".internal.evidence",
            ".internal.shared",
            ".internal.health",
            ".internal.books",
            ".internal.quota",
            ".internal.wire",
            ".internal.stats",
            ".internal.event",
            ".internal.time",
            ".internal.stream",
            ".spi",
            ".shared",
            ".stats",
            ".event",
            ".settings",
            ".failure",
            ".key");

    @ArchTest
    static final ArchRule importsPointDown = classes()
            .that(resideInAPackage(ROOT + ".."))
            .should(new ArchCondition<>("import only packages below their own") {
                @Override
                public void check(JavaClass item, ConditionEvents events) {
                    int layer = layerOf(item);
                    for (Dependency dependency : item.getDirectDependenciesFromSelf()) {
                        JavaClass target = dependency.getTargetClass().getBaseComponentType();
                        if (target.getPackageName().startsWith(ROOT) && layerOf(target) < layer) {
                            events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                        }
                    }
                }
            });

    private static int layerOf(JavaClass item) {
        return LAYERS.indexOf(item.getPackageName().substring(ROOT.length()));
    }

    @ArchTest
    static final ArchRule everyPackageHasItsPlace = classes()
            .should(new ArchCondition<>("be in a package of the list") {
                @Override
                public void check(JavaClass item, ConditionEvents events) {
                    if (layerOf(item) < 0) {
                        events.add(SimpleConditionEvent.violated(item, item.getName() + " is in none"));
                    }
                }
            });

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("io.github.(**)").should().beFreeOfCycles();

    /** What the rooms may use of each other; the layers say the rest. */
    @ArchTest
    static final ArchRule aRequestIsReadWithoutThePool = doesNotUse("request", "answer", "pool", "outcome", "retry");

    @ArchTest
    static final ArchRule anAnswerIsReadWithoutThePool = doesNotUse(
            "answer", "request", "pool", "outcome", "choice", "allowance", "retry", "health", "books", "quota");

    @ArchTest
    static final ArchRule poolDoesNotKnowRetry = doesNotUse("pool", "retry", "request", "answer");

    @ArchTest
    static final ArchRule turnsAreTakenWithoutThePool = doesNotUse("turn", "choice", "allowance", "retry", "health");

    @ArchTest
    static final ArchRule choiceDoesNotKnowRetry = doesNotUse("choice", "retry");

    @ArchTest
    static final ArchRule retryDoesNotKnowPool =
            doesNotUse("retry", "pool", "outcome", "choice", "allowance", "health", "books", "quota");

    private static ArchRule doesNotUse(String room, String... others) {
        return noClasses()
                .that()
                .resideInAPackage("..internal." + room)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        Stream.of(others).map(other -> "..internal." + other).toArray(String[]::new));
    }

    /** The types by which the rooms are entered; all others are package-private. */
    private static final Map<String, Set<String>> DOORS = Map.ofEntries(
            doors("assembly", "PoolAssembly", "PoolInputs"),
            doors("keys", "LiveKeys"),
            doors("http", "PooledHttpClient"),
            doors("continuation", "Continuations", "PendingHops"),
            doors(
                    "connection",
                    "ConnectionFailures",
                    "ConnectionLostException",
                    "ConnectionState",
                    "ConnectionUser",
                    "Connections",
                    "GeminiOrigin",
                    "Tls"),
            doors(
                    "request",
                    "ApiVersion",
                    "CallFactsReader",
                    "Credentials",
                    "OwnedResources",
                    "RequestPrint",
                    "ResourceScan"),
            doors(
                    "answer",
                    "AbandonedBodies",
                    "AnswerPeek",
                    "AnswerScan",
                    "ErrorBody",
                    "ErrorInAnswer",
                    "EventStream",
                    "Masking",
                    "OwnResponses",
                    "BodyLife",
                    "WatchedBody",
                    "WholeAnswer"),
            doors("outcome", "Outcome", "Refusal"),
            doors("instance", "BackgroundTurns", "Instance", "Instances", "ModelPoolState", "Placement"),
            doors("order", "CallersAhead", "SlotOrders", "SlotUser"),
            doors("stream", "EventMarker", "Pull", "PullPublisher", "UnmarkedEvents"),
            doors("pool", "CallerLeaseRequest", "Lease", "LeaseRequest", "ModelPool", "ModelPools", "PoolContext"),
            doors(
                    "call",
                    "AcceptedKeys",
                    "ActiveCalls",
                    "BoundOptions",
                    "CallContext",
                    "CallContrast",
                    "CallGroup",
                    "LeakDetection",
                    "LostCalls",
                    "PoolCall",
                    "Refusals",
                    "RunningCall",
                    "StalledCalls"),
            doors("evidence", "Ambiguity", "Contrasts", "Question"),
            doors("shared", "LocalPool", "Owners", "SharedFacts"),
            doors(
                    "turn",
                    "BackgroundPace",
                    "Caller",
                    "Callers",
                    "InTurn",
                    "ServedCallers",
                    "TurnPlace",
                    "TurnQueue",
                    "TurnWalk",
                    "Waiter",
                    "WaitingPlace",
                    "WaitingQueue"),
            doors(
                    "books",
                    "HeldTurns",
                    "LimitSharing",
                    "QuotaSharing",
                    "ReplicaLedger",
                    "ReplicaLedgers",
                    "SharedLimits",
                    "SlotAsk",
                    "SlotTraffic"),
            doors("allowance", "Lessons", "ProjectQuotas", "QuotaKey", "QuotaUse"),
            doors(
                    "choice",
                    "PassedOver",
                    "Witness",
                    "Availability",
                    "Capacity",
                    "KeyFilter",
                    "KeySelection",
                    "ModelKey",
                    "ModelKeys",
                    "RecentDecisions",
                    "Reservation",
                    "SlotSource"),
            doors(
                    "retry",
                    "Decision",
                    "LoopRunner",
                    "ModelRoute",
                    "ModelRoutes",
                    "Retries",
                    "RetryBudget",
                    "RetryRules",
                    "Situation"));

    private static Map.Entry<String, Set<String>> doors(String room, String... types) {
        return Map.entry(room, Set.of(types));
    }

    @ArchTest
    static void roomsAreEnteredByTheirDoors(JavaClasses classes) {
        DOORS.forEach((room, doors) -> assertThat(classes.stream()
                        .filter(item -> item.getPackageName().equals(ROOT + ".internal." + room))
                        .filter(item ->
                                item.isTopLevelClass() && item.getModifiers().contains(JavaModifier.PUBLIC))
                        .map(JavaClass::getSimpleName))
                .as("public types of internal." + room)
                .containsExactlyInAnyOrderElementsOf(doors));
    }

    @ArchTest
    static final ArchRule onlyHttpReadsSecrets = noClasses()
            .that()
            .resideOutsideOfPackage("..internal.http")
            .should()
            .callMethod(Secret.class, "value");

    @ArchTest
    static final ArchRule fewPackagesKnowOkHttp = noClasses()
            .that()
            .resideOutsideOfPackages(
                    ROOT,
                    "..internal.assembly",
                    "..internal.http",
                    "..internal.call",
                    "..internal.connection",
                    "..internal.request",
                    "..internal.answer",
                    "..internal.retry",
                    "..spi")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("okhttp3..", "okio..");

    @ArchTest
    static final ArchRule noSpring =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("org.springframework..");

    @ArchTest
    static final ArchRule noMonitors = noMethods().should().haveModifier(JavaModifier.SYNCHRONIZED);

    @ArchTest
    static final ArchRule noWaitingOnMonitors = noClasses()
            .should()
            .callMethod(Object.class, "wait")
            .orShould()
            .callMethod(Object.class, "wait", long.class)
            .orShould()
            .callMethod(Object.class, "notify")
            .orShould()
            .callMethod(Object.class, "notifyAll");

    @ArchTest
    static final ArchRule noStaticStateThatChanges = fields().that(
                    new DescribedPredicate<>("are static and not synthetic") {
                        @Override
                        public boolean test(JavaField field) {
                            return field.getModifiers().contains(JavaModifier.STATIC)
                                    && !field.getModifiers().contains(JavaModifier.SYNTHETIC);
                        }
                    })
            .should()
            .beFinal();

    @ArchTest
    static final ArchRule timeComesFromTheTimeSource = noClasses()
            .that()
            .resideOutsideOfPackage("..spi")
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);

    /** The facade only supplies the default generator. */
    @ArchTest
    static final ArchRule chanceComesFromTheBuilder = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT)
            .should()
            .callMethod(Math.class, "random")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Random.class);

    @ArchTest
    static final ArchRule logsGoToSlf4j =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("java.util.logging..");

    @ArchTest
    static final ArchRule nothingIsPrinted = GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    @ArchTest
    static final ArchRule namesSayWhatAThingIs =
            noClasses().should().haveNameMatching(".*(Manager|Helper|Utils?|Impl)");

    @ArchTest
    static void everyPackageIsNullMarked(JavaClasses classes) {
        List<JavaPackage> packages =
                classes.stream().map(JavaClass::getPackage).distinct().toList();
        assertThat(packages)
                .hasSizeGreaterThan(10)
                .allSatisfy(item -> assertThat(item.isAnnotatedWith(NullMarked.class))
                        .as(item.getName())
                        .isTrue());
    }

    /** Guards against rules that match no classes and so always hold. */
    @ArchTest
    static void theRulesSeeTheCode(JavaClasses classes) {
        assertThat(classes.contain(ROOT + ".internal.pool.ModelPool")).isTrue();
        assertThat(classes.contain(ROOT + ".internal.answer.EventStream")).isTrue();
        assertThat(classes.get(ROOT + ".internal.http.WireExchange").getMethodCallsFromSelf())
                .anyMatch(call -> call.getTarget().getOwner().isEquivalentTo(Secret.class)
                        && call.getTarget().getName().equals("value"));
    }
}
