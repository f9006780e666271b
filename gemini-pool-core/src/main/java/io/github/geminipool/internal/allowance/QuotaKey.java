package io.github.geminipool.internal.allowance;

import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.quota.Ledger;
import io.github.geminipool.key.Project;
import org.jspecify.annotations.Nullable;

/** A key, as a user of its project's quota for one model. Guarded by the model pool's lock. */
public interface QuotaKey {

    KeyHealth health();

    Project project();

    /** Returns the ledger of its project for the model; null while no limit is known. */
    @Nullable
    Ledger ledger();

    /** Sets the ledger; {@link ProjectQuotas} does. */
    void ledger(@Nullable Ledger ledger);
}
