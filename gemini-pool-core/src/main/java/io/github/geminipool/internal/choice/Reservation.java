package io.github.geminipool.internal.choice;

import io.github.geminipool.internal.allowance.QuotaUse;

/** What one attempt has of a key: its quota, and the key itself. Guarded by the model pool's lock. */
public interface Reservation extends QuotaUse {

    @Override
    ModelKey key();
}
