package io.github.geminipool.samples.discordbot;

import io.github.geminipool.stats.ModelStats;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.dv8tion.jda.api.entities.MessageEmbed;
import net.dv8tion.jda.api.utils.MarkdownSanitizer;

/** A list of the models, with their instances and how their requests are spread over the keys. */
final class ModelList {

    private static final int MAX_MODELS = 10;
    private static final int MAX_KEYS = 10;
    private static final int MAX_NAME_LENGTH = 60;

    private final Words words;

    ModelList(Words words) {
        this.words = words;
    }

    /** Returns the list, limited to the first models; it fits in an embed's description. */
    String of(List<ModelStats> models) {
        if (models.isEmpty()) {
            return words.of("pool.none");
        }
        String list = models.stream().limit(MAX_MODELS).map(this::of).collect(Collectors.joining("\n\n"));
        return LongText.beginning(list + more("\n\n", models.size() - MAX_MODELS), MessageEmbed.DESCRIPTION_MAX_LENGTH);
    }

    private String of(ModelStats model) {
        return String.join(
                "\n",
                "**" + shown(model.model()) + "**",
                words.of("pool.instances", model.size(), model.active(), model.errorInstances(), model.waiting()),
                words.of("pool.attempts", model.usage(), model.attempts().failed()),
                words.of("pool.keys", keys(model.keyUsage())));
    }

    /** The keys with the most requests come first. */
    private String keys(Map<String, Long> usage) {
        if (usage.isEmpty()) {
            return "–";
        }
        return usage.entrySet().stream()
                        .sorted(Map.Entry.<String, Long>comparingByValue()
                                .reversed()
                                .thenComparing(Map.Entry.comparingByKey()))
                        .limit(MAX_KEYS)
                        .map(key -> shown(key.getKey()) + " " + key.getValue())
                        .collect(Collectors.joining(" · "))
                + more(" · ", usage.size() - MAX_KEYS);
    }

    private String more(String separator, int number) {
        return number > 0 ? separator + words.of("stats.more", number) : "";
    }

    private static String shown(String name) {
        return MarkdownSanitizer.escape(LongText.beginning(name, MAX_NAME_LENGTH), true);
    }
}
