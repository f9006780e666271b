package io.github.geminipool.simulator.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the stable version {@code v1} lacks, compared with {@code v1beta} and {@code v1alpha}. */
final class ApiVersion {
    private static final String STABLE = "v1";
    private static final Set<String> KNOWN = Set.of(STABLE, "v1beta", "v1alpha");
    private static final Set<String> BETA_COLLECTIONS =
            Set.of("auth_tokens", "webhooks", "agents", "environments", "voices", "credentials", "triggers");
    private static final Set<String> FOREIGN_FIELDS =
            Set.of("stream", "messages", "prompt", "input", "max_tokens", "temperature");
    private static final Set<String> BETA_FIELDS =
            Set.of("cachedContent", "cached_content", "serviceTier", "service_tier");
    private static final Set<String> BETA_CONFIG = Set.of("speechConfig", "speech_config");
    private static final Set<String> BETA_TOOLS = Set.of("computerUse", "computer_use", "mcpServers", "mcp_servers");

    private ApiVersion() {}

    /** Returns whether the simulator knows a version. */
    static boolean isKnown(String version) {
        return KNOWN.contains(version);
    }

    /** Returns whether a version offers a model; {@code v1} has neither aliases nor previews. */
    static boolean offers(String version, String model) {
        return !version.equals(STABLE) || !(model.endsWith("-latest") || model.contains("-preview"));
    }

    /** Returns whether a version has an operation. */
    static boolean offers(String version, Operation operation, String resource) {
        if (!version.equals(STABLE)) {
            return true;
        }
        return switch (operation) {
            case LIVE, CACHES_CREATE, CACHES_GET, CACHES_LIST, CACHES_UPDATE, CACHES_DELETE -> false;
            default -> !BETA_COLLECTIONS.contains(resource.split("[/:]", 2)[0]);
        };
    }

    /** Returns the fields of a generation request that a version does not know, as Google's messages name them. */
    static List<String> unknownFields(String version, ObjectNode body) {
        List<String> unknown = new ArrayList<>();
        addUnknown(body, FOREIGN_FIELDS, "", unknown);
        if (version.equals(STABLE)) {
            addUnknown(body, BETA_FIELDS, "", unknown);
            addUnknown(body.path("generationConfig"), BETA_CONFIG, " at 'generation_config'", unknown);
            int index = 0;
            for (JsonNode tool : body.path("tools")) {
                addUnknown(tool, BETA_TOOLS, " at 'tools[" + index++ + "]'", unknown);
            }
        }
        return unknown;
    }

    private static void addUnknown(JsonNode tree, Set<String> refused, String place, List<String> unknown) {
        tree.properties().stream()
                .map(java.util.Map.Entry::getKey)
                .filter(refused::contains)
                .forEach(name -> unknown.add("Invalid JSON payload received. Unknown name \"" + name + "\"" + place
                        + ": Cannot find field."));
    }
}
