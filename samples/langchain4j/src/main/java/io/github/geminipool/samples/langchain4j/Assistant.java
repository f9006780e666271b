package io.github.geminipool.samples.langchain4j;

import dev.langchain4j.service.SystemMessage;
import dev.langchain4j.service.TokenStream;

/** What LangChain4j makes of a model, a memory and tools. */
interface Assistant {

    /** Answers in one. */
    @SystemMessage("You work in a lamp shop. Be brief.")
    String answer(String question);

    /** Answers as it comes. */
    @SystemMessage("You work in a lamp shop. Be brief.")
    TokenStream stream(String question);
}
