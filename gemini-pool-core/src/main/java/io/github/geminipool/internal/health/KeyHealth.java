package io.github.geminipool.internal.health;

import io.github.geminipool.failure.Scope;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;

/** One key with what holds for it whatever the model: its cells in the table of exclusions, and its error rate. */
public final class KeyHealth {

    private final String name;
    private final int position;
    private final ApiKey key;
    private final Project project;
    private final Setbacks setbacks;
    private final ErrorRate errorRate = new ErrorRate();
    private final ExclusionCell ownCell;
    private final ExclusionCell projectCell;
    private final ExclusionCell billingCell;
    private volatile long forgivenAt = -1;

    public KeyHealth(String name, int position, ApiKey key, Project project, Exclusions exclusions) {
        this.name = name;
        this.position = position;
        this.key = key;
        this.project = project;
        this.setbacks = exclusions.setbacks();
        this.ownCell = exclusions.cell(new Scope.Key(name));
        this.projectCell = exclusions.cell(new Scope.Project(project.name()));
        this.billingCell = exclusions.cell(new Scope.BillingAccount(project.billingAccount()));
    }

    public String name() {
        return name;
    }

    /** Its place among the pool's keys, from 0. */
    public int position() {
        return position;
    }

    public ApiKey key() {
        return key;
    }

    public Project project() {
        return project;
    }

    public ExclusionCell ownCell() {
        return ownCell;
    }

    public ExclusionCell projectCell() {
        return projectCell;
    }

    public ExclusionCell billingCell() {
        return billingCell;
    }

    public double errorRate(long nowNanos) {
        return errorRate.at(nowNanos);
    }

    /** The error rate, 0 while it rests on too few attempts to be believed. */
    public double believedErrorRate(long nowNanos) {
        return errorRate.verdictAt(nowNanos);
    }

    void succeeded(long nowNanos) {
        record(false, nowNanos);
        long count = setbacks.count();
        if (forgivenAt != count) {
            ownCell.forgive();
            projectCell.forgive();
            billingCell.forgive();
            forgivenAt = count;
        }
    }

    void record(boolean faultOfKey, long nowNanos) {
        errorRate.record(faultOfKey, nowNanos);
        if (faultOfKey) {
            setbacks.add();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
