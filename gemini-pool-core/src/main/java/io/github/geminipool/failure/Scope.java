package io.github.geminipool.failure;

/** What a failure concerns, and so what is not used until it has passed. Values; equal by their components. */
public sealed interface Scope {

    /** One key. */
    record Key(String key) implements Scope {
        @Override
        public String toString() {
            return "key '" + key + "'";
        }
    }

    /** A project with all its keys. */
    record Project(String project) implements Scope {
        @Override
        public String toString() {
            return "project '" + project + "'";
        }
    }

    /** One model for a project with all its keys. */
    record ProjectModel(String project, String model) implements Scope {
        @Override
        public String toString() {
            return "project '" + project + "' for model '" + model + "'";
        }
    }

    /** A billing account with all its projects. */
    record BillingAccount(String billingAccount) implements Scope {
        @Override
        public String toString() {
            return "billing account '" + billingAccount + "'";
        }
    }

    /** A model, for everybody. */
    record Model(String model) implements Scope {
        @Override
        public String toString() {
            return "model '" + model + "'";
        }
    }

    /** This machine's way to Google. */
    record Egress() implements Scope {
        @Override
        public String toString() {
            return "this machine's network address";
        }
    }

    /** The request that failed, and nothing else. */
    record Request() implements Scope {
        @Override
        public String toString() {
            return "the request";
        }
    }

    /** Nothing that outlives the attempt. */
    record None() implements Scope {
        @Override
        public String toString() {
            return "nothing";
        }
    }

    /** Whether a failure of this scope keeps something from being used after its call has ended. */
    default boolean outlivesTheCall() {
        return !(this instanceof Request) && !(this instanceof None);
    }
}
