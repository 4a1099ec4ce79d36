import type { MigrationInterface, QueryRunner } from 'typeorm';
import { seedRolesSql } from '../appointments/role-catalogue';

/** The nation issues central money and returns reports of provinces (PA-FD-01, PA-FD-09): its fund officers have the role. */
export class NationalFundOfficers1000000000920 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(seedRolesSql());
  }

  async down(): Promise<void> {
    // The catalogue of roles only grows; grants point at it.
  }
}
