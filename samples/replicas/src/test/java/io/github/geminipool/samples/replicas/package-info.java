@NullMarked
package io.github.geminipool.samples.replicas;

import org.jspecify.annotations.NullMarked;
