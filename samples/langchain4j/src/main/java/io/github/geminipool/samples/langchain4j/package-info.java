/** LangChain4j's Gemini models using a pool. */
@NullMarked
package io.github.geminipool.samples.langchain4j;

import org.jspecify.annotations.NullMarked;
