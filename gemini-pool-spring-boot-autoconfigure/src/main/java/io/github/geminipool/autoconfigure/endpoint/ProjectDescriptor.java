package io.github.geminipool.autoconfigure.endpoint;

import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.stats.ProjectUsage;
import java.util.List;
import java.util.Map;

/**
 * A project, as the endpoint shows it; its quotas are those of the models.
 *
 * @param name its name
 * @param billingAccount its billing account's name
 * @param tier its place in the order of preference, the lowest first
 * @param keys the names of its keys
 * @param usable whether one of them may be used now, as far as no single model is concerned
 * @param inFlight attempts that hold one of them now
 * @param attempts attempts that ended
 * @param failures how many of them failed, by kind
 * @param share its share of all projects' attempts, 0 to 1
 * @param latencyMillis how long its attempts took
 * @param tokens what they used
 */
public record ProjectDescriptor(
        String name,
        String billingAccount,
        int tier,
        List<String> keys,
        boolean usable,
        int inFlight,
        long attempts,
        Map<FailureKind, Long> failures,
        double share,
        LatencyDescriptor latencyMillis,
        TokenUsage tokens) {

    static ProjectDescriptor of(ProjectUsage project) {
        return new ProjectDescriptor(
                project.project(),
                project.billingAccount(),
                project.tier(),
                project.keys(),
                project.usable(),
                project.inFlight(),
                project.attempts().total(),
                project.attempts().failures(),
                project.share(),
                LatencyDescriptor.of(project.attempts().latency()),
                project.attempts().tokens());
    }
}
