package io.github.geminipool.autoconfigure.health;

import org.springframework.boot.health.contributor.Health;

/** Adds details about what replicas share. It never changes the status: a replica on its own still works. */
@FunctionalInterface
interface SharedHealth {

    void addTo(Health.Builder builder);
}
