package io.github.geminipool.failure;

import io.github.geminipool.key.Use;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a failure affects, and therefore what is not used until it ends. */
public sealed interface Scope {

    /** One key. */
    record Key(String key) implements Scope {
        @Override
        public String toString() {
            return "key '" + key + "'";
        }
    }

    /** A project with all of its keys. */
    record Project(String project) implements Scope {
        @Override
        public String toString() {
            return "project '" + project + "'";
        }
    }

    /**
     * One model for a project with all of its keys.
     *
     * @param use the use that is affected; null if all are
     */
    record ProjectModel(
            String project, String model, @Nullable Use use) implements Scope {

        /** Creates the scope of all uses of a model. */
        public ProjectModel(String project, String model) {
            this(project, model, null);
        }

        @Override
        public String toString() {
            return "project '" + project + "' for model '" + model + "'" + (use == null ? "" : ", use " + inWords(use));
        }

        private static String inWords(Use use) {
            return use.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** A billing account with all of its projects. */
    record BillingAccount(String billingAccount) implements Scope {
        @Override
        public String toString() {
            return "billing account '" + billingAccount + "'";
        }
    }

    /** A model for all keys. */
    record Model(String model) implements Scope {
        @Override
        public String toString() {
            return "model '" + model + "'";
        }
    }

    /** This machine's network path to Google. */
    record Egress() implements Scope {
        @Override
        public String toString() {
            return "this machine's network address";
        }
    }

    /** Only the request that failed. */
    record Request() implements Scope {
        @Override
        public String toString() {
            return "the request";
        }
    }

    /** Nothing beyond the attempt. */
    record None() implements Scope {
        @Override
        public String toString() {
            return "nothing";
        }
    }

    /** Returns whether a failure of this scope excludes something after its call has ended. */
    default boolean outlivesTheCall() {
        return !(this instanceof Request) && !(this instanceof None);
    }
}
