package io.github.geminipool.internal.assembly;

import java.util.List;

/**
 * The pool's classes that are first used when something fails. They are initialized in advance: if the initialization of a class runs
 * out of memory, the class is unusable for as long as the process lives, and where memory ends, calls fail.
 */
final class FailureClasses {

    private static final String ROOT = "io.github.geminipool.";

    /** Those with an initializer, among them the ones that the compiler makes for a {@code switch}. */
    private static final List<String> NAMES = List.of(
            "BatchProgress$KeyFigures",
            "event.ForeignUse$Unit",
            "event.KeyChanged$Change",
            "event.TokenUsage",
            "failure.FailureKind$1",
            "internal.allowance.Lessons",
            "internal.allowance.RefusalLessons$1",
            "internal.answer.BodyText",
            "internal.answer.ErrorField",
            "internal.answer.EventStream",
            "internal.answer.OtherUsage$1",
            "internal.answer.OwnResponses",
            "internal.answer.ReadAhead",
            "internal.choice.Capacity",
            "internal.choice.ModelKey$1",
            "internal.choice.Suspicion",
            "internal.connection.ConnectionLostException",
            "internal.event.ExclusionLog$1",
            "internal.event.KeyLog$1",
            "internal.event.LimitLog",
            "internal.evidence.Ambiguity",
            "internal.evidence.Ambiguity$1",
            "internal.health.Health$1",
            "internal.health.PausePolicy$1",
            "internal.health.Rejections$Common",
            "internal.http.AttemptFailures$1",
            "internal.http.IdleReader",
            "internal.http.KeyProbe$1",
            "internal.outcome.Refusal",
            "internal.outcome.Refusal$Cause",
            "internal.quota.ForeignUses$1",
            "internal.quota.MinuteLimit$Kind",
            "internal.request.ApiVersion",
            "internal.retry.FlexBackOff",
            "internal.time.PacificDay",
            "internal.time.TimeInWords",
            "internal.turn.ServedCallers",
            "internal.wire.BillingText",
            "internal.wire.CanonicalError",
            "internal.wire.CanonicalError$Shape",
            "internal.wire.EmptyResponses",
            "internal.wire.ErrorClassifier",
            "internal.wire.ErrorVerdict$1",
            "internal.wire.ExceededQuota$Unit",
            "internal.wire.GoogleError",
            "internal.wire.LenientJson",
            "internal.wire.LenientJson$1",
            "internal.wire.PageText",
            "internal.wire.ProtobufDuration",
            "internal.wire.QuotaErrors",
            "internal.wire.QuotaText",
            "internal.wire.Quotations",
            "internal.wire.StatusName");

    private FailureClasses() {}

    /** Initializes them, as far as that has not happened. */
    static void initialize() {
        for (String name : NAMES) {
            try {
                Class.forName(ROOT + name);
            } catch (ClassNotFoundException | LinkageError e) {
                // Another compiler has named it otherwise, or it fails now as it would later.
            }
        }
    }
}
