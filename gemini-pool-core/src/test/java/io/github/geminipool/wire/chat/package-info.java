/** Chats. */
@NullMarked
package io.github.geminipool.wire.chat;

import org.jspecify.annotations.NullMarked;
