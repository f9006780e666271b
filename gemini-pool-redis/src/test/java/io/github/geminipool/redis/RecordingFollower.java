package io.github.geminipool.redis;

import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.shared.Follower;
import io.github.geminipool.shared.Members;
import io.github.geminipool.shared.QuotaBucket;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Holds a copy of what it is told. */
class RecordingFollower implements Follower {

    final Map<String, String> facts = new ConcurrentHashMap<>();
    final Queue<QuotaBucket> lost = new ConcurrentLinkedQueue<>();
    final Queue<Members> members = new ConcurrentLinkedQueue<>();
    final AtomicInteger reads = new AtomicInteger();
    final AtomicInteger changes = new AtomicInteger();

    @Override
    public void all(List<Fact> all) {
        facts.clear();
        all.forEach(fact -> facts.put(fact.kind() + " " + fact.name(), fact.value()));
        reads.incrementAndGet();
    }

    @Override
    public void published(Fact fact) {
        facts.put(fact.kind() + " " + fact.name(), fact.value());
        changes.incrementAndGet();
    }

    @Override
    public void retracted(FactKind kind, String name) {
        facts.remove(kind + " " + name);
        changes.incrementAndGet();
    }

    @Override
    public void lost(QuotaBucket bucket) {
        lost.add(bucket);
    }

    @Override
    public void membersChanged(Members now) {
        members.add(now);
    }
}
