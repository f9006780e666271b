package io.github.geminipool.autoconfigure;

import io.github.geminipool.settings.InvalidSettingException;
import io.github.geminipool.spi.CallerLimits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

/** Maps the entries of {@code gemini.pool.callers} to the core's limits. */
final class PropertiesCallersMapper {

    private final List<GeminiPoolProperties.Caller> entries;
    private final Set<String> projects;

    /**
     * Creates a mapper.
     *
     * @param projects the names of all projects, since callers may be limited to some of them
     */
    PropertiesCallersMapper(List<GeminiPoolProperties.Caller> entries, Set<String> projects) {
        this.entries = entries;
        this.projects = new TreeSet<>(projects);
    }

    /**
     * Returns the limits.
     *
     * @throws InvalidSettingException if an entry has no name, the name of another one, a number below 1, or a project that does
     *     not exist
     */
    List<CallerLimits> limits() {
        Map<String, CallerLimits> byName = new LinkedHashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            GeminiPoolProperties.Caller entry = entries.get(i);
            String setting = "callers[" + i + "]";
            String name = entry.name();
            if (!StringUtils.hasText(name)) {
                throw new InvalidSettingException(setting + ".name", "missing", "a caller's name, or to *");
            }
            name = name.strip();
            if (byName.putIfAbsent(name, limits(setting, name, entry)) != null) {
                throw new InvalidSettingException(setting + ".name", name, "a name that no earlier entry has");
            }
        }
        return List.copyOf(byName.values());
    }

    private CallerLimits limits(String setting, String name, GeminiPoolProperties.Caller entry) {
        atLeastOne(setting + ".requests-per-minute", entry.requestsPerMinute());
        atLeastOne(setting + ".tokens-per-minute", entry.tokensPerMinute());
        atLeastOne(setting + ".requests-per-day", entry.requestsPerDay());
        atLeastOne(setting + ".concurrency", entry.concurrency());
        for (int i = 0; i < entry.projects().size(); i++) {
            String project = entry.projects().get(i).strip();
            if (!projects.contains(project)) {
                throw new InvalidSettingException(
                        setting + ".projects[" + i + "]",
                        project,
                        projects.isEmpty()
                                ? "a project that a key names"
                                : "a project of a key: " + String.join(", ", projects));
            }
        }
        for (int i = 0; i < entry.models().size(); i++) {
            String unused = PropertiesSettingsMapper.withoutPrefix(
                    setting + ".models[" + i + "]", entry.models().get(i).strip());
        }
        return new CallerLimits(
                name,
                entry.requestsPerMinute(),
                entry.tokensPerMinute(),
                entry.requestsPerDay(),
                entry.concurrency(),
                entry.priority(),
                stripped(entry.projects()),
                stripped(entry.models()));
    }

    private static Set<String> stripped(List<String> names) {
        return names.stream().map(String::strip).collect(Collectors.toUnmodifiableSet());
    }

    private static void atLeastOne(String setting, @Nullable Integer limit) {
        if (limit != null && limit < 1) {
            throw new InvalidSettingException(
                    setting, String.valueOf(limit), "at least 1, or leave it unset for no limit");
        }
    }
}
