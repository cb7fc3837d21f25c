"""What components, systems and teams cost: from OpenCost, FOCUS files and AWS Cost Explorer."""
