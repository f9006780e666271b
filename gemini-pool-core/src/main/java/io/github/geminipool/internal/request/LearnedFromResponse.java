package io.github.geminipool.internal.request;

/** Remembers the owner of the resources that a response names. */
final class LearnedFromResponse implements ResourceScan.Finder {

    /** Maximum number of resources learned from one response: the size of the longest page of a list. */
    private static final int MAX_RESOURCES = 1_000;

    /** Maximum depth of a name; the model output in the response to a batch is deeper. */
    private static final int MAX_DEPTH = 6;

    /** Maximum depth of an interaction's id. */
    private static final int MAX_DEPTH_OF_INTERACTIONS = 2;

    private final Affinities affinities;
    private final String project;
    private final String collection;
    private int count;

    private LearnedFromResponse(Affinities affinities, String project, String collection) {
        this.affinities = affinities;
        this.project = project;
        this.collection = collection;
    }

    /**
     * Creates a scan of a response.
     *
     * @param project the project that responded
     * @param collection the collection that the request was about; empty if none
     */
    static ResourceScan scan(Affinities affinities, String project, String collection) {
        LearnedFromResponse learned = new LearnedFromResponse(affinities, project, collection);
        return ResourceNames.isOfInteractions(collection)
                ? new ResourceScan(ResourceField.OF_INTERACTIONS, MAX_DEPTH_OF_INTERACTIONS, learned)
                : new ResourceScan(ResourceField.OF_RESPONSES, MAX_DEPTH, learned);
    }

    @Override
    public boolean found(ResourceField field, String value) {
        String resource =
                field == ResourceField.NEXT_PAGE_TOKEN ? ResourceNames.page(collection, value) : field.resource(value);
        if (resource == null) {
            return true;
        }
        affinities.remember(resource, project);
        count++;
        return count < MAX_RESOURCES && field != ResourceField.ID;
    }
}
