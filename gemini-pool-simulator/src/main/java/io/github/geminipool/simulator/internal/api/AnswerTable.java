package io.github.geminipool.simulator.internal.api;

import java.util.function.Function;

/** Which answers a route gets. */
record AnswerTable(
        Answers models, Answers files, Answers caches, Answers resources, Answers openAi, Answers interactions)
        implements Function<Route, Answers> {

    @Override
    public Answers apply(Route route) {
        if (route.dialect() == Dialect.OPENAI) {
            return openAi;
        }
        if (route.dialect() == Dialect.INTERACTIONS) {
            return interactions;
        }
        return switch (route.operation()) {
            case GENERATE_CONTENT,
                    STREAM_GENERATE_CONTENT,
                    COUNT_TOKENS,
                    EMBED_CONTENT,
                    BATCH_EMBED_CONTENTS,
                    LIST_MODELS,
                    GET_MODEL -> models;
            case UPLOAD_START, UPLOAD_CHUNK, FILES_GET, FILES_LIST, FILES_DELETE -> files;
            case CACHES_CREATE, CACHES_GET, CACHES_LIST, CACHES_UPDATE, CACHES_DELETE -> caches;
            case RESOURCES_CREATE, RESOURCES_GET, RESOURCES_LIST, RESOURCES_DELETE, RESOURCES_CALL -> resources;
            case LIVE -> (call, admitted) -> new Reply.Live();
            case OPENAI_CHAT, OPENAI_EMBEDDINGS, OPENAI_IMAGES -> openAi;
            case INTERACTIONS_CREATE -> interactions;
            case OTHER -> (call, admitted) -> Refusals.notFound();
        };
    }
}
