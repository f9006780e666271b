package io.github.geminipool.samples.langchain4j;

import dev.langchain4j.service.SystemMessage;
import dev.langchain4j.service.TokenStream;

/** The interface that LangChain4j implements with a model, a memory and tools. */
interface Assistant {

    /** Answers as a whole. */
    @SystemMessage("You work in a lamp shop. Be brief.")
    String answer(String question);

    /** Streams the answer. */
    @SystemMessage("You work in a lamp shop. Be brief.")
    TokenStream stream(String question);
}
