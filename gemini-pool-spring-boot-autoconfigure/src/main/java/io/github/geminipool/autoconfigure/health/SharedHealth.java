package io.github.geminipool.autoconfigure.health;

import org.springframework.boot.health.contributor.Health;

/** Adds details of what replicas share. It never changes the status: a replica that is alone goes on. */
@FunctionalInterface
interface SharedHealth {

    void addTo(Health.Builder builder);
}
