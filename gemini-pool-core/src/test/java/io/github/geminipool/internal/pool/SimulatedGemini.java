package io.github.geminipool.internal.pool;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.time.PacificDay;
import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.internal.wire.ExceededQuota;
import io.github.geminipool.key.Secret;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Gemini in virtual time. It knows the faults of every key, project, account, model and of the network, and the use of every
 * quota, and so which keys could have served when. The pool sees only its responses.
 */
final class SimulatedGemini {

    static final long SECOND = 1_000_000_000L;
    static final long MINUTE = 60 * SECOND;

    /** Maximum time until the pool notices that a key works again: an exclusion of a check interval, and a second probe. */
    static final long UNNOTICED = 5 * MINUTE + 15 * SECOND;

    /** Maximum time until the pool notices that an account has credit again. */
    private static final long UNPAID = 61 * MINUTE;

    /** A key, identified by its secret. */
    static final class Key {

        final KeyHealth health;
        final Project project;
        final Trouble revoked = new Trouble();
        final Trouble refused = new Trouble();
        final Trouble disabled = new Trouble();
        final long since;
        boolean leaked;
        boolean gone;

        Key(KeyHealth health, Project project, long since) {
            this.health = health;
            this.project = project;
            this.since = since;
        }

        String name() {
            return health.name();
        }
    }

    /** A project. */
    static final class Project {

        final String name;
        final Account account;
        final Trouble suspended = new Trouble();
        final Map<String, SimulatedQuota> quotas = new HashMap<>();
        final int perMinute;

        Project(String name, Account account, int perMinute) {
            this.name = name;
            this.account = account;
            this.perMinute = perMinute;
        }

        SimulatedQuota quota(String model) {
            return quotas.computeIfAbsent(model, any -> new SimulatedQuota(perMinute));
        }
    }

    /** A billing account. */
    static final class Account {

        final Trouble broke = new Trouble();
    }

    /** A model. */
    static final class Model {

        final Trouble overloaded = new Trouble();
        final Trouble failing = new Trouble();
    }

    /**
     * A response, or a failure to get one.
     *
     * @param afterNanos the time until it has arrived
     * @param sent whether the request has reached Gemini
     */
    record Answer(long afterNanos, @Nullable Failure failure, List<ExceededQuota> exceeded, boolean sent) {}

    final Trouble egressBlocked = new Trouble();
    final Trouble unreachable = new Trouble();
    final Trouble resets = new Trouble();
    final Trouble hangs = new Trouble();
    final Trouble slow = new Trouble();

    private final Random random;
    private final VirtualTime time;
    private final boolean hasUnknownLimits;
    private final Map<Secret, Key> bySecret = new HashMap<>();
    private final List<Key> keys = new ArrayList<>();
    private final Map<String, Project> projects = new HashMap<>();
    private final List<Project> projectsInOrder = new ArrayList<>();
    private final Map<String, Account> accounts = new HashMap<>();
    private final List<Account> accountsInOrder = new ArrayList<>();
    private final Map<String, Model> models = new HashMap<>();
    private final Map<String, Long> requests = new HashMap<>();

    SimulatedGemini(Random random, VirtualTime time, boolean hasUnknownLimits) {
        this.hasUnknownLimits = hasUnknownLimits;
        this.random = random;
        this.time = time;
    }

    private long now() {
        return time.clock().nanos();
    }

    /** Adds a key, which the pool has from now on. */
    Key opens(KeyHealth health, long since) {
        io.github.geminipool.key.Project known = health.project();
        Account account = accounts.computeIfAbsent(known.billingAccount(), name -> {
            Account made = new Account();
            accountsInOrder.add(made);
            return made;
        });
        Project project = projects.computeIfAbsent(known.name(), name -> {
            Integer configured = known.limits().requestsPerMinute();
            int unknown = hasUnknownLimits && random.nextInt(4) == 0 ? 4 + random.nextInt(40) : 0;
            Project made = new Project(name, account, configured == null ? unknown : configured);
            projectsInOrder.add(made);
            return made;
        });
        Key key = new Key(health, project, since);
        bySecret.put(health.key().secret(), key);
        keys.add(key);
        return key;
    }

    /** Removes a key, which the pool no longer has. */
    void closes(Key key) {
        key.gone = true;
        keys.remove(key);
    }

    /** Returns the keys that the pool has. */
    List<Key> keys() {
        return keys;
    }

    List<Project> projects() {
        return projectsInOrder;
    }

    List<Account> accounts() {
        return accountsInOrder;
    }

    Model model(String name) {
        return models.computeIfAbsent(name, any -> new Model());
    }

    /** Returns the number of requests with keys of a name. */
    long requestsOf(String keyName) {
        return requests.getOrDefault(keyName, 0L);
    }

    private long millis(int least, int most) {
        long nanos = (least + random.nextInt(most - least)) * 1_000_000L;
        return slow.isOn() ? 8 * nanos : nanos;
    }

    private Answer failed(Trouble by, long after, FailureKind kind, Scope scope, int status, String why) {
        by.isSeenUntil(now() + after);
        return new Answer(after, new Failure(kind, scope, null, false, status, why), List.of(), true);
    }

    private @Nullable Answer ofTheLine(Lease lease) {
        if (unreachable.isOn() && random.nextInt(4) > 0) {
            Answer refused =
                    failed(unreachable, millis(5, 50), FailureKind.NETWORK, new Scope.None(), 0, "connection refused");
            return new Answer(refused.afterNanos(), refused.failure(), List.of(), false);
        }
        requests.merge(lease.keyName(), 1L, Long::sum);
        if (hangs.isOn() && random.nextInt(3) == 0) {
            return failed(hangs, (20 + random.nextInt(40)) * SECOND, FailureKind.NETWORK, new Scope.None(), 0, "hangs");
        }
        if (resets.isOn() && random.nextInt(3) > 0) {
            return failed(resets, millis(10, 2_000), FailureKind.NETWORK, new Scope.None(), 0, "reset");
        }
        return egressBlocked.isOn()
                ? failed(
                        egressBlocked, millis(20, 200), FailureKind.EGRESS_BLOCKED, new Scope.Egress(), 400, "location")
                : null;
    }

    private @Nullable Answer ofTheKey(Key key) {
        if (key.leaked) {
            Failure leaked = new Failure(
                    FailureKind.KEY_REJECTED, new Scope.Key(key.name()), null, true, 403, "restricted for good");
            return new Answer(millis(50, 300), leaked, List.of(), true);
        }
        if (key.revoked.isOn()) {
            return failed(
                    key.revoked,
                    millis(50, 300),
                    FailureKind.KEY_REJECTED,
                    new Scope.Key(key.name()),
                    400,
                    "the key is not valid");
        }
        if (key.project.suspended.isOn()) {
            Scope scope = new Scope.Project(key.project.name);
            return failed(
                    key.project.suspended, millis(50, 300), FailureKind.PROJECT_REJECTED, scope, 403, "suspended");
        }
        return key.refused.isOn()
                ? failed(
                        key.refused,
                        millis(50, 300),
                        FailureKind.INVALID_REQUEST,
                        new Scope.Key(key.name()),
                        403,
                        "unexplained")
                : null;
    }

    /** Returns the response to a request. */
    Answer ask(Lease lease, boolean isInvalid) {
        Key key = Objects.requireNonNull(bySecret.get(lease.key().health().key().secret()));
        SimulatedQuota quota = key.project.quota(lease.model());
        quota.comes(now());
        Answer refused = ofTheLine(lease);
        refused = refused == null ? ofTheKey(key) : refused;
        if (refused != null) {
            return refused;
        }
        Trouble broke = key.project.account.broke;
        if (broke.isOn()) {
            Scope scope = new Scope.BillingAccount(lease.billingAccount());
            return failed(broke, millis(50, 300), FailureKind.BILLING, scope, 429, "no credit");
        }
        if (isInvalid) {
            return failed(
                    new Trouble(), millis(50, 300), FailureKind.INVALID_REQUEST, new Scope.Request(), 400, "not valid");
        }
        Model model = model(lease.model());
        if (model.overloaded.isOn() && random.nextInt(8) > 0) {
            boolean burst = random.nextInt(3) == 0;
            return failed(
                    model.overloaded,
                    millis(50, 3_000),
                    FailureKind.OVERLOADED,
                    new Scope.Model(lease.model()),
                    burst ? 429 : 503,
                    "overloaded");
        }
        if (model.failing.isOn() && random.nextInt(8) > 0) {
            return failed(model.failing, millis(50, 3_000), FailureKind.SERVER_ERROR, new Scope.None(), 500, "failed");
        }
        Answer overQuota = ofTheQuota(quota, lease);
        return overQuota != null ? overQuota : new Answer(millis(200, 8_000), null, List.of(), true);
    }

    private @Nullable Answer ofTheQuota(SimulatedQuota quota, Lease lease) {
        Scope scope = new Scope.ProjectModel(lease.project(), lease.model());
        if (quota.notEntitled.isOn()) {
            Instant until = time.now().plusSeconds(24 * 3600);
            return overQuota(FailureKind.NOT_ENTITLED, scope, until, List.of());
        }
        if (quota.dayIsOver) {
            return overQuota(
                    FailureKind.DAILY_QUOTA_EXHAUSTED,
                    scope,
                    PacificDay.endAfter(time.now()),
                    List.of(new ExceededQuota(ExceededQuota.Unit.REQUESTS_PER_DAY, 50)));
        }
        long wait = quota.admit(now());
        return wait == 0
                ? null
                : overQuota(
                        FailureKind.RATE_LIMITED,
                        scope,
                        time.now().plusNanos(wait),
                        List.of(new ExceededQuota(ExceededQuota.Unit.REQUESTS_PER_MINUTE, quota.perMinute)));
    }

    private Answer overQuota(FailureKind kind, Scope scope, Instant until, List<ExceededQuota> exceeded) {
        return new Answer(millis(50, 300), new Failure(kind, scope, until, false, 429, "quota"), exceeded, true);
    }

    /** Returns the response to a probe, which takes no quota and does not depend on credit. */
    Answer probe(Lease lease) {
        Key key = Objects.requireNonNull(bySecret.get(lease.key().health().key().secret()));
        Answer refused = ofTheLine(lease);
        refused = refused == null ? ofTheKey(key) : refused;
        if (refused == null || (refused.failure() != null && refused.failure().kind() == FailureKind.INVALID_REQUEST)) {
            return new Answer(millis(50, 500), null, List.of(), true);
        }
        return refused.afterNanos() > 10 * SECOND
                ? failed(hangs, 10 * SECOND, FailureKind.NETWORK, new Scope.None(), 0, "timeout of a probe")
                : refused;
    }

    /** Records that the pool has seen a successful response of a model. */
    void isKnownToServe(String model) {
        Model of = model(model);
        Stream.of(egressBlocked, unreachable, resets, hangs, of.overloaded, of.failing)
                .forEach(trouble -> trouble.isOver(now()));
    }

    /**
     * Returns a key that a filter accepts and with which every attempt since a time would have succeeded, as the pool could know.
     *
     * @param ahead the number of calls that may have gone first
     * @return null if there is none
     */
    @Nullable
    Key withRoomSince(long start, String model, KeyFilter filter, int ahead) {
        Model asked = model(model);
        if (Stream.of(egressBlocked, unreachable, resets, hangs, asked.overloaded, asked.failing)
                .anyMatch(trouble -> trouble.wasOnOrInDoubtSince(start))) {
            return null;
        }
        for (Key key : keys) {
            if (key.since <= start && filter.accepts(key.health) && isGoodSince(key, start, model, ahead)) {
                return key;
            }
        }
        return null;
    }

    private static boolean isGoodSince(Key key, long start, String model, int ahead) {
        SimulatedQuota quota = key.project.quota(model);
        return !key.leaked
                && !key.disabled.wasOnSince(start)
                && !key.refused.wasOnSince(start)
                && !key.revoked.wasOnSince(start - UNNOTICED)
                && !key.project.suspended.wasOnSince(start - UNNOTICED)
                && !key.project.account.broke.wasOnSince(start - UNPAID)
                && !quota.notEntitled.wasOnSince(Long.MIN_VALUE + 1)
                && quota.hadRoomSince(start, ahead);
    }
}
