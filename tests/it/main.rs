//! What can be tested without a terminal: pure rooms from outside, the client and the service against each
//! other on loopback, the real loop on a test backend, and the real binary, one verb at a time.

mod actions;
mod alerts;
mod answers_as_meant;
mod answers_that_are_none;
mod attacks;
mod browsers;
mod channels;
mod client;
mod colours;
mod config;
mod dashboard;
mod dialects;
mod dialects_sdk;
mod differences;
mod doors;
mod due;
mod engine;
mod event_lines;
mod exam;
mod expression;
mod following;
mod fresh_demo;
mod front;
mod incidents;
mod indexes;
mod join_in;
mod laws;
mod leaving_once;
mod log;
mod log_people;
mod looking_back;
#[cfg(unix)]
mod manual_examples;
mod metrics;
mod missing_events;
mod own_tls;
mod pages;
mod people;
mod pictures;
mod pseudonyms;
mod repairs;
mod replaying;
mod requests;
mod scenes;
mod screens;
mod screens_dialogs;
mod screens_occupants;
mod service;
mod service_access;
mod service_http;
mod storm;
mod subscribe_loop;
mod tls;
mod truth;
mod verbs;
mod wall;
mod watching;
mod webhook_listening;
mod webhooks;
mod wire;

#[path = "../support/fake.rs"]
mod fake;
#[path = "../support/happen.rs"]
mod happen;
#[path = "../support/hook_receiver.rs"]
mod hook_receiver;
#[path = "../support/hostile.rs"]
mod hostile;
#[path = "../support/model.rs"]
mod model;
#[path = "../support/origin.rs"]
mod origin;
#[path = "../support/raw_service.rs"]
mod raw_service;
#[path = "../support/schema.rs"]
mod schema;
#[path = "../support/service_core.rs"]
mod service_core;
#[path = "../support/sim.rs"]
mod sim;
#[path = "../support/svg.rs"]
mod svg;
#[path = "../support/tls.rs"]
mod tls_server;
#[path = "../support/verb.rs"]
mod verb;
#[path = "../support/world.rs"]
mod world;
