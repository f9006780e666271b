package io.github.geminipool.spi;

/** The place where calls come from, such as a method call of an application. */
@FunctionalInterface
public interface CallOrigin {

    /** Called when an HTTP call starts, before it waits for a lease. Returns what receives the events of this call; not null. */
    CallTrace callStarted();
}
