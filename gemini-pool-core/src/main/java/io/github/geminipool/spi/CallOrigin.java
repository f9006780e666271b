package io.github.geminipool.spi;

/** Where calls come from. */
@FunctionalInterface
public interface CallOrigin {

    /** An HTTP call of them begins; to wait for an instance is a part of it. */
    CallTrace callStarted();
}
