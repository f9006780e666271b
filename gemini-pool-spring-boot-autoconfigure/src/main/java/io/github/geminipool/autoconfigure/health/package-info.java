/** The pool among an application's health indicators. */
@NullMarked
package io.github.geminipool.autoconfigure.health;

import org.jspecify.annotations.NullMarked;
