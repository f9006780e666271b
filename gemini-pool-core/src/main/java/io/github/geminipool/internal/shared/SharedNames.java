package io.github.geminipool.internal.shared;

import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.KeyRing;
import io.github.geminipool.key.Secret;
import io.github.geminipool.key.Use;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names of keys, projects and billing accounts among replicas, which may each have their own name for a key. A key is known by
 * its fingerprint; a project by its configured name, or by the fingerprint of its key if it has none. Thread-safe.
 */
final class SharedNames {

    private static final String PURPOSE = "gemini-pool/1/";

    /** Maximum length of a text for people. */
    private static final int MAX_TEXT = 300;

    private final KeyRing ring;
    private final String purpose;
    private volatile Table table = new Table(List.of());

    /** The names of one list of keys. */
    private static final class Table {

        private final List<KeyHealth> keys;
        private final Map<String, KeyHealth> byFingerprint = new HashMap<>();
        private final Map<String, String> fingerprints = new HashMap<>();
        private final Map<String, String> sharedProjects = new HashMap<>();
        private final Map<String, String> sharedAccounts = new HashMap<>();
        private final Map<String, String> projects = new HashMap<>();
        private final Map<String, String> accounts = new HashMap<>();

        Table(List<KeyHealth> keys) {
            this.keys = keys;
        }

        void add(KeyHealth key, String fingerprint) {
            String project = key.project().name();
            String account = key.project().billingAccount();
            byFingerprint.put(fingerprint, key);
            fingerprints.put(key.name(), fingerprint);
            if (key.key().project() != null || !sharedProjects.containsKey(project)) {
                sharedProjects.put(project, key.key().project() == null ? fingerprint : project);
            }
            String shared = sharedProjects.get(project);
            sharedAccounts.put(account, account.equals(project) && shared != null ? shared : account);
        }

        void invert() {
            sharedProjects.forEach((project, shared) -> projects.put(shared, project));
            sharedAccounts.forEach((account, shared) -> accounts.put(shared, account));
        }
    }

    SharedNames(KeyRing ring, String namespace) {
        this.ring = ring;
        this.purpose = PURPOSE + namespace;
    }

    private Table table() {
        Table known = table;
        List<KeyHealth> keys = ring.keys();
        if (known.keys.equals(keys)) {
            return known;
        }
        Map<Secret, String> before = new HashMap<>();
        known.byFingerprint.forEach((fingerprint, key) -> before.put(key.key().secret(), fingerprint));
        Table made = new Table(keys);
        keys.forEach(key ->
                made.add(key, before.computeIfAbsent(key.key().secret(), secret -> secret.fingerprint(purpose))));
        made.invert();
        table = made;
        return made;
    }

    /** Returns the keys' fingerprints with their keys. */
    Map<String, KeyHealth> keys() {
        return table().byFingerprint;
    }

    /** Returns the fingerprint of a key; null if there is no key with this name. */
    @Nullable
    String fingerprintOf(String key) {
        return table().fingerprints.get(key);
    }

    /** Returns the key with a fingerprint; null if this replica does not have it. */
    @Nullable
    KeyHealth keyOf(String fingerprint) {
        return table().byFingerprint.get(fingerprint);
    }

    /** Returns what replicas call a project; null if no key belongs to it. */
    @Nullable
    String nameOfProject(String project) {
        return table().sharedProjects.get(project);
    }

    /** Returns the project with a shared name; null if this replica does not have it. */
    @Nullable
    String projectOf(String shared) {
        return table().projects.get(shared);
    }

    /** Returns what replicas call a scope; null if it is none of theirs. */
    @Nullable
    String nameOf(Scope scope) {
        Table now = table();
        if (scope instanceof Scope.Key key) {
            return name("key", now.fingerprints.get(key.key()));
        }
        if (scope instanceof Scope.Project project) {
            return name("project", now.sharedProjects.get(project.project()));
        }
        if (scope instanceof Scope.BillingAccount account) {
            return name("account", now.sharedAccounts.get(account.billingAccount()));
        }
        if (scope instanceof Scope.ProjectModel ofModel) {
            String project = name("model", now.sharedProjects.get(ofModel.project()));
            Use use = ofModel.use();
            return project == null ? null : project + "/" + encoded(ofModel.model()) + "/" + (use == null ? "" : use);
        }
        return null;
    }

    private static @Nullable String name(String kind, @Nullable String shared) {
        return shared == null ? null : kind + "/" + encoded(shared);
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8);
    }

    /** Returns the decoded part; null if it was not encoded by {@link #encoded}. */
    private static @Nullable String decoded(String part) {
        try {
            return URLDecoder.decode(part, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Returns the scope that replicas call so; null if this replica does not have it. */
    @Nullable
    Scope scopeOf(String name) {
        String[] parts = name.split("/", -1);
        if (parts.length < 2) {
            return null;
        }
        Table now = table();
        String shared = decoded(parts[1]);
        if (shared == null) {
            return null;
        }
        String project = now.projects.get(shared);
        String account = now.accounts.get(shared);
        return switch (parts[0]) {
            case "key" -> keyScope(now.byFingerprint.get(shared));
            case "project" -> project == null ? null : new Scope.Project(project);
            case "account" -> account == null ? null : new Scope.BillingAccount(account);
            case "model" -> project == null || parts.length < 4 ? null : modelScope(project, parts[2], parts[3]);
            default -> null;
        };
    }

    /** Returns a text about a scope, without any part of the scope's keys. */
    String withoutSecrets(Scope scope, String text) {
        String masked = text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
        for (KeyHealth key : ring.keys()) {
            if (isOf(scope, key)) {
                masked = key.key().secret().maskPartsIn(masked);
            }
        }
        return masked;
    }

    private static boolean isOf(Scope scope, KeyHealth key) {
        if (scope instanceof Scope.Key own) {
            return own.key().equals(key.name());
        }
        String project = key.project().name();
        return (scope instanceof Scope.Project own && own.project().equals(project))
                || (scope instanceof Scope.ProjectModel ofModel
                        && ofModel.project().equals(project))
                || (scope instanceof Scope.BillingAccount own
                        && own.billingAccount().equals(key.project().billingAccount()));
    }

    private static @Nullable Scope keyScope(@Nullable KeyHealth key) {
        return key == null ? null : new Scope.Key(key.name());
    }

    private static @Nullable Scope modelScope(String project, String model, String use) {
        Use of = use.isEmpty() ? null : Enums.named(Use.class, use);
        // A use that this version does not know is none of its own.
        String named = decoded(model);
        return named != null && use.isEmpty() == (of == null) ? new Scope.ProjectModel(project, named, of) : null;
    }
}
