package io.github.geminipool.autoconfigure.endpoint;

import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.stats.ProjectUsage;
import java.util.List;
import java.util.Map;

/**
 * State of a project. Its quotas are listed with the models.
 *
 * @param name the project's name
 * @param billingAccount the name of its billing account
 * @param tier its tier; lower tiers are preferred
 * @param keys the names of its keys
 * @param usable whether one of its keys can serve a call to any model in use now
 * @param inFlight number of attempts in flight
 * @param attempts number of completed attempts
 * @param failures number of failed attempts by kind
 * @param share its share of all projects' attempts (0 to 1)
 * @param latencyMillis latency of its attempts
 * @param tokens tokens used
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
