/** LangChain4j's Gemini models over a pool. */
@NullMarked
package io.github.geminipool.samples.langchain4j;

import org.jspecify.annotations.NullMarked;
