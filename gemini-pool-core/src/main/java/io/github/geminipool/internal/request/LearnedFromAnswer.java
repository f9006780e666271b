package io.github.geminipool.internal.request;

/** Remembers whose the resources are that an answer names. */
final class LearnedFromAnswer implements ResourceScan.Finder {

    /** No page of a list is longer. */
    private static final int MOST = 1_000;

    /** What models say in the answers of a batch is deeper. */
    private static final int DEEPEST = 6;

    private final Affinities affinities;
    private final String project;
    private final String collection;
    private int count;

    private LearnedFromAnswer(Affinities affinities, String project, String collection) {
        this.affinities = affinities;
        this.project = project;
        this.collection = collection;
    }

    /**
     * A scan of an answer.
     *
     * @param project who gave it
     * @param collection whose things the request was about; empty if it was about none
     */
    static ResourceScan scan(Affinities affinities, String project, String collection) {
        LearnedFromAnswer learned = new LearnedFromAnswer(affinities, project, collection);
        return ResourceNames.isOfInteractions(collection)
                ? new ResourceScan(ResourceField.OF_INTERACTIONS, 2, learned)
                : new ResourceScan(ResourceField.OF_ANSWERS, DEEPEST, learned);
    }

    @Override
    public boolean found(ResourceField field, String value) {
        String resource =
                field == ResourceField.NEXT_PAGE_TOKEN ? ResourceNames.page(collection, value) : field.resource(value);
        if (resource != null) {
            affinities.remember(resource, project);
            count++;
        }
        return count < MOST && (resource == null || field != ResourceField.ID);
    }
}
