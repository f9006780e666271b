package io.github.geminipool.redis;

import io.github.geminipool.redis.FactsFeed.Snapshot;
import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Facts as {@code facts.lua} and {@code read.lua} take and return them. */
final class FactsCall {

    private static final Logger log = LoggerFactory.getLogger(RedisSharedStore.class);

    private final Names names;

    FactsCall(Names names) {
        this.names = names;
    }

    String[] keys(FactKind kind) {
        return new String[] {names.values(kind), names.ends(kind), names.news()};
    }

    /**
     * Returns the arguments that publish a fact.
     *
     * @param how {@code latest} or {@code longest}
     */
    String[] arguments(Fact fact, String how) {
        return Stream.concat(
                        common(fact.kind(), fact.name()), Stream.of(how, fact.by(), fact.value(), millis(fact.lasts())))
                .toArray(String[]::new);
    }

    String[] retraction(FactKind kind, String name) {
        return Stream.concat(common(kind, name), Stream.of("retract")).toArray(String[]::new);
    }

    private Stream<String> common(FactKind kind, String name) {
        return Stream.of(
                kind.isFollowed() ? names.news() : "", kind.name(), String.valueOf(kind.most()), Names.escape(name));
    }

    private static String millis(Duration lasts) {
        return String.valueOf(Math.max(1, lasts.toMillis()));
    }

    /** Returns the keys from which kinds are read. */
    String[] keys(Collection<FactKind> kinds) {
        return Stream.concat(
                        Stream.of(names.news()),
                        kinds.stream().flatMap(kind -> Stream.of(names.values(kind), names.ends(kind))))
                .toArray(String[]::new);
    }

    static String[] arguments(Collection<FactKind> kinds) {
        return kinds.stream().map(FactKind::name).toArray(String[]::new);
    }

    /** Returns what was read, without damaged facts: one of these must not hide the others. */
    static Snapshot snapshot(List<String> reply) {
        List<Fact> facts = new ArrayList<>();
        for (int i = 1; i < reply.size(); i += 4) {
            try {
                facts.add(fact(reply.subList(i, i + 4)));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                log.debug("A fact of kind {} can't be read: {}", reply.get(i), e.toString());
            }
        }
        return new Snapshot(Long.parseLong(reply.get(0)), List.copyOf(facts));
    }

    private static Fact fact(List<String> fields) {
        String[] value = fields.get(2).split("\n", 2);
        return fact(FactKind.valueOf(fields.get(0)), Names.unescape(fields.get(1)), value[0], fields.get(3), value[1]);
    }

    static Fact fact(FactKind kind, String name, String by, String millis, String value) {
        Duration lasts = Duration.ofMillis(Math.max(1, Long.parseLong(millis)));
        return new Fact(kind, name, value, by, lasts, Fact.Precedence.LATEST);
    }
}
