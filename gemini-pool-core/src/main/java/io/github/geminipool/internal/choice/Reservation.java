package io.github.geminipool.internal.choice;

import io.github.geminipool.internal.allowance.QuotaUse;

/** What one attempt has reserved: a key, and a part of its quota. Guarded by the model pool's lock. */
public interface Reservation extends QuotaUse {

    @Override
    ModelKey key();
}
