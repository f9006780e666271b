package io.github.geminipool.internal.shared;

import io.github.geminipool.shared.Fact;
import java.util.List;

/** Receives the facts of one kind. Called by one thread at a time. */
interface FactReader {

    /** All facts of the kind that hold now. */
    void all(List<Fact> facts);

    /** A fact of the kind was published, perhaps by this replica itself. */
    void published(Fact fact);

    /** A fact of the kind was retracted. */
    void retracted(String name);
}
