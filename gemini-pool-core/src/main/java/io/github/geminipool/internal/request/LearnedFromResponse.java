package io.github.geminipool.internal.request;

import java.util.EnumSet;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Remembers the owner of the resources that a response names. */
final class LearnedFromResponse implements ResourceScan.Finder {

    /** Maximum number of resources learned from one response: the size of the longest page of a list. */
    private static final int MAX_RESOURCES = 1_000;

    /** Maximum depth of a name; the model output in the response to a batch is deeper. */
    private static final int MAX_DEPTH = 6;

    /** Maximum depth of an id. */
    private static final int MAX_DEPTH_OF_IDS = 3;

    private static final String INTERACTIONS = "interactions";

    private final Affinities affinities;
    private final String project;
    private final String collection;
    private int count;
    private @Nullable String last;
    private boolean hasInteraction;

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
     * @param hasIds whether its resources have ids instead of names
     */
    static ResourceScan scan(Affinities affinities, String project, String collection, boolean hasIds) {
        LearnedFromResponse learned = new LearnedFromResponse(affinities, project, collection);
        return hasIds
                ? new ResourceScan(
                        ResourceField.WITH_IDS, MAX_DEPTH_OF_IDS, collection.toLowerCase(Locale.ROOT), learned)
                : new ResourceScan(ResourceField.OF_RESPONSES, MAX_DEPTH, null, learned);
    }

    /** Creates a scan of a response that proves nothing about what it lists, but whose next page is the project's. */
    static ResourceScan scanForPages(Affinities affinities, String project, String collection) {
        return new ResourceScan(
                EnumSet.of(ResourceField.NEXT_PAGE_TOKEN),
                1,
                null,
                new LearnedFromResponse(affinities, project, collection));
    }

    @Override
    public boolean found(ResourceField field, String value) {
        String resource = resource(field, value);
        if (resource == null || resource.equals(last)) {
            return true;
        }
        last = resource;
        affinities.remember(resource, project);
        count++;
        return count < MAX_RESOURCES;
    }

    private @Nullable String resource(ResourceField field, String value) {
        return switch (field) {
            case NEXT_PAGE_TOKEN -> ResourceNames.page(collection, value);
            case ID -> collection.equals(INTERACTIONS) ? interaction(value) : ResourceNames.ofId(collection, value);
            default -> field.resource(value);
        };
    }

    /** A response about an interaction begins with its id; ids that follow are of something else. */
    private @Nullable String interaction(String id) {
        if (hasInteraction) {
            return null;
        }
        hasInteraction = true;
        return ResourceNames.ofId(INTERACTIONS, id);
    }
}
